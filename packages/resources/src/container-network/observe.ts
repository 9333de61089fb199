import type { ContainerNetwork } from "@holdfast/core";
import { observeByName } from "../container-engine/observe-by-name.ts";
import type { ContainerNetworkSpec } from "./spec.ts";

/** Reads networks of the engine in bulk, and one of them. */
export const networkObserving = observeByName<ContainerNetworkSpec, ContainerNetwork>(
  ({ name }) => name,
  (containers, names, signal) => containers.networks(names, signal),
);
