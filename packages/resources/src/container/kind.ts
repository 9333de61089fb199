import type { ResourceKind } from "@holdfast/core";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyContainer } from "./apply.ts";
import { describeContainer } from "./describe.ts";
import { containerDetails, diffContainer, fingerprintContainer } from "./diff.ts";
import { ENGINE_THINGS } from "../container-engine/engine-things.ts";
import { type ContainerInput, containerSchema } from "./fields.ts";
import {
  type ContainerObserved,
  type ContainerSnapshot,
  observeContainer,
  snapshotContainers,
} from "./observe.ts";
import { containerOperations, refreshContainer } from "./operations.ts";
import {
  absentContainer,
  bindContainer,
  type ContainerSpec,
  neededByContainer,
  ownedByContainer,
} from "./spec.ts";
import { watchContainers } from "./watch.ts";
import { CONTAINER_RISKS, riskOfContainer } from "./risk.ts";

/** A container of Podman or Docker (K10). Its name is the container's. */
export const containerKind: ResourceKind<
  ContainerSpec,
  ContainerObserved,
  ContainerSnapshot,
  ContainerInput
> = {
  kind: "container",
  summary: "A container of Podman or Docker: its image, how it is run, and whether it runs.",
  support: LINUX_SUPPORT,
  ports: ["containers"],
  schema: containerSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindContainer,
  secretFields: ["env", "registry.password"],
  lanes: ({ name }) => [`container:${name}`],
  snapshot: snapshotContainers,
  observe: observeContainer,
  diff: diffContainer,
  apply: applyContainer,
  operations: containerOperations,
  foresee: applyContainer,
  refresh: refreshContainer,
  watch: watchContainers,
  // Not every engine tells of its networks.
  isFullyWatched: () => false,
  fingerprint: fingerprintContainer,
  details: containerDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  risk: riskOfContainer,
  risks: CONTAINER_RISKS,
  absent: absentContainer,
  describe: describeContainer,
  owns: ownedByContainer,
  needs: neededByContainer,
  uses: () => ENGINE_THINGS,
};
