import type { Assessment, ContainerImage, JudgedAction } from "@holdfast/core";
import type { ContainerImageSpec } from "./spec.ts";

/** The rows of images. */
export const CONTAINER_IMAGE_RISKS = {
  remove: {
    risk: "benign",
    impact: "none",
    why: "removes an image that Holdfast pulled, and that can be pulled again",
    isWhole: true,
  },
  foreign: {
    risk: "destructive",
    impact: "data",
    why: "removes an image that Holdfast did not pull: perhaps no registry has it",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to an image that is there. */
export function riskOfContainerImage({
  observed,
  provenance,
}: JudgedAction<ContainerImageSpec, ContainerImage>): Assessment | undefined {
  if (observed === undefined) return undefined;
  return provenance === "created" ? CONTAINER_IMAGE_RISKS.remove : CONTAINER_IMAGE_RISKS.foreign;
}
