import type { Assessment, ContainerVolume, JudgedAction } from "@holdfast/core";
import type { ContainerVolumeSpec } from "./spec.ts";

/** The rows of volumes. */
export const CONTAINER_VOLUME_RISKS = {
  remove: {
    risk: "destructive",
    impact: "data",
    why: "removes a volume with all that is in it",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is in a volume nobody can give back, whoever made it. */
export function riskOfContainerVolume({
  observed,
}: JudgedAction<ContainerVolumeSpec, ContainerVolume>): Assessment | undefined {
  return observed === undefined ? undefined : CONTAINER_VOLUME_RISKS.remove;
}
