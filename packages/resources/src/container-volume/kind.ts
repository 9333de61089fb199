import type { ContainerVolume, ResourceKind } from "@holdfast/core";
import { ENGINE_THINGS } from "../container-engine/engine-things.ts";
import type { ThingsByName } from "../container-engine/observe-by-name.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyContainerVolume } from "./apply.ts";
import {
  containerVolumeDetails,
  describeContainerVolume,
  diffContainerVolume,
  fingerprintContainerVolume,
} from "./diff.ts";
import { volumeObserving } from "./observe.ts";
import {
  absentContainerVolume,
  bindContainerVolume,
  type ContainerVolumeInput,
  type ContainerVolumeSpec,
  containerVolumeSchema,
} from "./spec.ts";
import { watchContainerVolumes } from "./watch.ts";
import { CONTAINER_VOLUME_RISKS, riskOfContainerVolume } from "./risk.ts";

/** A volume of Podman or Docker (K10). Its name is the volume's. */
export const containerVolumeKind: ResourceKind<
  ContainerVolumeSpec,
  ContainerVolume,
  ThingsByName<ContainerVolume>,
  ContainerVolumeInput
> = {
  kind: "container-volume",
  summary: "A volume of Podman or Docker: a named place for what containers keep.",
  support: LINUX_SUPPORT,
  ports: ["containers"],
  schema: containerVolumeSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindContainerVolume,
  lanes: ({ name }) => [`container-volume:${name}`],
  snapshot: volumeObserving.snapshot,
  observe: volumeObserving.observe,
  diff: diffContainerVolume,
  apply: applyContainerVolume,
  foresee: applyContainerVolume,
  watch: watchContainerVolumes,
  fingerprint: fingerprintContainerVolume,
  details: containerVolumeDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  risk: riskOfContainerVolume,
  risks: CONTAINER_VOLUME_RISKS,
  absent: absentContainerVolume,
  describe: describeContainerVolume,
  losesContent: ({ force }) => force,
  owns: ({ name }) => [{ thing: `container-volume:${name}`, isWhole: true }],
  uses: () => ENGINE_THINGS,
};
