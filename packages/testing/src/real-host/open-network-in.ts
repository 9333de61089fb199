import type { NetworkWriter } from "@holdfast/core";
import { openNetwork, realClock } from "@holdfast/host";
import type { RealNetworkNamespace } from "./namespaces/network-namespace.ts";

/** The port of the kernel's own network, in a namespace. */
export function openNetworkIn({ entering }: RealNetworkNamespace): NetworkWriter {
  return openNetwork({ clock: realClock, root: "/", entering });
}
