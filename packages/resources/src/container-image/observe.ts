import type { ContainerImage } from "@holdfast/core";
import { observeByName } from "../container-engine/observe-by-name.ts";
import type { ContainerImageSpec } from "./spec.ts";

/** Reads images of the engine in bulk, and one of them. */
export const imageObserving = observeByName<ContainerImageSpec, ContainerImage>(
  ({ reference }) => reference,
  (containers, names, signal) => containers.images(names, signal),
);
