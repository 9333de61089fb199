import type { Assessment, ContainerNetwork, JudgedAction } from "@holdfast/core";
import type { ContainerNetworkSpec } from "./spec.ts";

/** The rows of networks of containers: they hold no data. */
export const CONTAINER_NETWORK_RISKS = {
  replace: {
    risk: "disruptive",
    impact: "restart",
    why: "removes or replaces a network of containers",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to a network that is there. */
export function riskOfContainerNetwork({
  observed,
}: JudgedAction<ContainerNetworkSpec, ContainerNetwork>): Assessment | undefined {
  return observed === undefined ? undefined : CONTAINER_NETWORK_RISKS.replace;
}
