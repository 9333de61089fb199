import type { ContainerVolume } from "@holdfast/core";
import { observeByName } from "../container-engine/observe-by-name.ts";
import type { ContainerVolumeSpec } from "./spec.ts";

/** Reads volumes of the engine in bulk, and one of them. */
export const volumeObserving = observeByName<ContainerVolumeSpec, ContainerVolume>(
  ({ name }) => name,
  (containers, names, signal) => containers.volumes(names, signal),
);
