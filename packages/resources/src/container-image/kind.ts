import type { ContainerImage, ResourceKind } from "@holdfast/core";
import { ENGINE_THINGS } from "../container-engine/engine-things.ts";
import type { ThingsByName } from "../container-engine/observe-by-name.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyContainerImage, containerImageOperations } from "./apply.ts";
import { containerImageDetails, diffContainerImage, fingerprintContainerImage } from "./diff.ts";
import { imageObserving } from "./observe.ts";
import {
  absentContainerImage,
  bindContainerImage,
  type ContainerImageInput,
  type ContainerImageSpec,
  containerImageSchema,
} from "./spec.ts";
import { watchContainerImages } from "./watch.ts";
import { CONTAINER_IMAGE_RISKS, riskOfContainerImage } from "./risk.ts";

/** An image of Podman or Docker (K10). Its name is the reference. */
export const containerImageKind: ResourceKind<
  ContainerImageSpec,
  ContainerImage,
  ThingsByName<ContainerImage>,
  ContainerImageInput
> = {
  kind: "container-image",
  summary: "An image of Podman or Docker, on this machine or not.",
  support: LINUX_SUPPORT,
  ports: ["containers"],
  schema: containerImageSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindContainerImage,
  secretFields: ["registry.password"],
  lanes: ({ reference }) => [`container-image:${reference}`],
  snapshot: imageObserving.snapshot,
  observe: imageObserving.observe,
  diff: diffContainerImage,
  apply: applyContainerImage,
  operations: containerImageOperations,
  foresee: applyContainerImage,
  watch: watchContainerImages,
  fingerprint: fingerprintContainerImage,
  details: containerImageDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  risk: riskOfContainerImage,
  risks: CONTAINER_IMAGE_RISKS,
  absent: absentContainerImage,
  // A tag may name another image by then, and perhaps no registry ever had this one.
  describe: ({ isAbsent }) => (isAbsent ? undefined : {}),
  owns: ({ reference }) => [{ thing: `container-image:${reference}`, isWhole: true }],
  uses: () => ENGINE_THINGS,
};
