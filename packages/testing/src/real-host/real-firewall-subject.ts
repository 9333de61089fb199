import { openFirewall, realClock } from "@holdfast/host";
import type { FirewallSubject } from "../firewall-laws/subject.ts";
import { killIn, untilHinted } from "./namespaces/namespace-tools.ts";
import { openNetworkNamespace, type RealNetworkNamespace } from "./namespaces/network-namespace.ts";

/** A subject with the namespace that it is in, for packets. */
export interface RealFirewallSubject extends FirewallSubject {
  readonly namespace: RealNetworkNamespace;
}

/** The kernel's own firewall, in a network namespace that is thrown away. Needs root. */
export async function openRealFirewallSubject(): Promise<RealFirewallSubject> {
  const namespace = openNetworkNamespace();
  return {
    namespace,
    firewall: openFirewall({ clock: realClock, root: "/", entering: namespace.entering }),
    actor: namespace.actor,
    lines: () => namespace.lines(),
    killMonitors: () => killIn(namespace.pid, "nft"),
    finish: (work) => work,
    until: untilHinted,
    [Symbol.asyncDispose]: () => namespace[Symbol.asyncDispose](),
  };
}
