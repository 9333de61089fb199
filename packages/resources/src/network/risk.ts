import { type Assessment, isInNetwork, type JudgedAction } from "@holdfast/core";
import type { NetworkObserved } from "./observe.ts";
import type { NetworkSpec } from "./spec.ts";

/** The rows of links. Nothing of them is data: the plan shows what others set. */
export const NETWORK_RISKS = {
  change: {
    risk: "disruptive",
    impact: "reload",
    why: "sends packets another way, or under another address",
    isWhole: true,
  },
  removal: {
    risk: "disruptive",
    impact: "reload",
    why: "takes addresses, routes or a link away",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** Each change of a link may stop what goes by it. */
export function riskOfNetwork({ spec }: JudgedAction<NetworkSpec, NetworkObserved>): Assessment {
  return spec.isAbsent ? NETWORK_RISKS.removal : NETWORK_RISKS.change;
}

/**
 * Whether a change may cut off who manages the machine: of a link by which packets to everywhere leave or at which a connection
 * from elsewhere ends, or of one that will be; and by an address or a route to where such a connection comes from.
 */
export function mayCutControl(spec: NetworkSpec, observed: NetworkObserved | undefined): boolean {
  const { addresses, routes, isAbsent } = spec;
  const { isLive = true, link, ports = [], peers = [] } = observed ?? {};
  if (!isLive) return false;
  if ([link, ...ports].some((one) => one?.isControl === true)) return true;
  if (isAbsent) return false;
  const led = [...addresses, ...routes.map(({ to }) => to)];
  return led.some(
    (network) => network === "default" || peers.some((peer) => isInNetwork(peer, network)),
  );
}
