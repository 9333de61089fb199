import type { Assessment, JudgedAction } from "@holdfast/core";
import type { ContainerObserved } from "./observe.ts";
import type { ContainerSpec } from "./spec.ts";

/** The rows of containers. What one writes outside of its volumes goes with it, so only those that we made are taken for granted. */
export const CONTAINER_RISKS = {
  foreign: {
    risk: "destructive",
    impact: "data",
    why: "removes or replaces a container that somebody else made, and what it wrote outside of its volumes",
    isWhole: true,
  },
  replace: {
    risk: "disruptive",
    impact: "restart",
    why: "replaces, stops or removes a container that Holdfast made",
    isWhole: true,
  },
  networks: {
    risk: "disruptive",
    impact: "reload",
    why: "connects a container to other networks",
    isWhole: true,
  },
  settings: {
    risk: "benign",
    impact: "none",
    why: "changes limits in place, or starts what does not run",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to a container. */
export function riskOfContainer({
  verb,
  observed,
  changes,
  spec,
  provenance,
}: JudgedAction<ContainerSpec, ContainerObserved>): Assessment | undefined {
  if (verb === "refresh") return CONTAINER_RISKS.replace;
  if (observed?.container === undefined) return undefined;
  const isChanged = (...paths: readonly string[]) =>
    changes.some(({ path }) => paths.includes(path));
  const isForeign = provenance !== "created" || isChanged("maker");
  if (spec.isAbsent || isChanged("container"))
    return isForeign ? CONTAINER_RISKS.foreign : CONTAINER_RISKS.replace;
  if (changes.some(({ path, to }) => path === "state" && to === "stopped"))
    return CONTAINER_RISKS.replace;
  const isMoved = changes.some(({ path }) => path === "networks" || path.startsWith("networks."));
  return isMoved ? CONTAINER_RISKS.networks : CONTAINER_RISKS.settings;
}
