import type { ContainerNetwork, ResourceKind } from "@holdfast/core";
import { ENGINE_THINGS } from "../container-engine/engine-things.ts";
import type { ThingsByName } from "../container-engine/observe-by-name.ts";
import { LINUX_SUPPORT } from "../support.ts";
import { applyContainerNetwork } from "./apply.ts";
import {
  containerNetworkDetails,
  describeContainerNetwork,
  diffContainerNetwork,
  fingerprintContainerNetwork,
} from "./diff.ts";
import { networkObserving } from "./observe.ts";
import {
  absentContainerNetwork,
  bindContainerNetwork,
  type ContainerNetworkInput,
  type ContainerNetworkSpec,
  containerNetworkSchema,
} from "./spec.ts";
import { watchContainerNetworks } from "./watch.ts";
import { CONTAINER_NETWORK_RISKS, riskOfContainerNetwork } from "./risk.ts";

/** Podman tells nobody of a network that is made or removed. */
const RESYNC_MS = 60_000;

/** A network of Podman or Docker (K10). Its name is the network's. */
export const containerNetworkKind: ResourceKind<
  ContainerNetworkSpec,
  ContainerNetwork,
  ThingsByName<ContainerNetwork>,
  ContainerNetworkInput
> = {
  kind: "container-network",
  summary: "A network of Podman or Docker: driver, addresses, options.",
  support: LINUX_SUPPORT,
  ports: ["containers"],
  schema: containerNetworkSchema,
  resyncMs: RESYNC_MS,
  bind: bindContainerNetwork,
  lanes: ({ name }) => [`container-network:${name}`],
  snapshot: networkObserving.snapshot,
  observe: networkObserving.observe,
  diff: diffContainerNetwork,
  apply: applyContainerNetwork,
  foresee: applyContainerNetwork,
  watch: watchContainerNetworks,
  isFullyWatched: () => false,
  fingerprint: fingerprintContainerNetwork,
  details: containerNetworkDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  risk: riskOfContainerNetwork,
  risks: CONTAINER_NETWORK_RISKS,
  absent: absentContainerNetwork,
  describe: describeContainerNetwork,
  owns: ({ name }) => [{ thing: `container-network:${name}`, isWhole: true }],
  uses: () => ENGINE_THINGS,
};
