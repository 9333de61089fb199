import type { ResourceKind } from "@holdfast/core";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyNetwork } from "./apply.ts";
import { describeNetwork } from "./describe.ts";
import { diffNetwork, fingerprintNetwork, networkDetails } from "./diff.ts";
import { type NetworkInput, networkSchema } from "./fields.ts";
import {
  type NetworkObserved,
  type NetworkSnapshot,
  observeNetwork,
  snapshotNetworks,
} from "./observe.ts";
import { mayCutControl, NETWORK_RISKS, riskOfNetwork } from "./risk.ts";
import {
  absentNetwork,
  bindNetwork,
  neededByNetwork,
  type NetworkSpec,
  ownedByNetwork,
  pathsOf,
} from "./spec.ts";
import { watchNetworks } from "./watch.ts";

/** A link of the network: addresses, routes and how it is made. Its name is the link's. */
export const networkKind: ResourceKind<
  NetworkSpec,
  NetworkObserved,
  NetworkSnapshot,
  NetworkInput
> = {
  kind: "network",
  summary:
    "A link of the network: addresses, routes, names, bridge, bond or VLAN, now and at boot.",
  support: LINUX_SUPPORT,
  ports: ["network", "files", "accounts", "paths", "hash"],
  schema: networkSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindNetwork,
  // What one link is, others lead over.
  lanes: () => ["network"],
  snapshot: snapshotNetworks,
  observe: observeNetwork,
  diff: diffNetwork,
  apply: applyNetwork,
  risk: riskOfNetwork,
  risks: NETWORK_RISKS,
  foresee: applyNetwork,
  mayCutControl,
  temporaries: (spec) => pathsOf(spec).map((path) => ({ path })),
  watch: watchNetworks,
  fingerprint: fingerprintNetwork,
  details: networkDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  // Changes that come faster than the monitor reads are lost.
  isFullyWatched: () => false,
  absent: absentNetwork,
  describe: describeNetwork,
  owns: ownedByNetwork,
  needs: neededByNetwork,
  uses: ({ keptBy }) =>
    keptBy === "ip" ? ["program:ip"] : ["program:ip", "unit:systemd-networkd.service"],
};
