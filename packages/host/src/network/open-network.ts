import type { NetworkWriter } from "@holdfast/core";
import { createNetwork } from "./create-network.ts";
import { type RealNetworkOptions, realNetworkSystem } from "./real-network-system.ts";

/** The network of this machine, or of a network namespace. Holds nothing open but its watches. */
export function openNetwork(options: RealNetworkOptions): NetworkWriter {
  return createNetwork(realNetworkSystem(options));
}
