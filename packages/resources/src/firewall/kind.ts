import type { ResourceKind } from "@holdfast/core";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyFirewall } from "./apply.ts";
import { describeFirewall } from "./describe.ts";
import { diffFirewall, fingerprintFirewall, firewallDetails } from "./diff.ts";
import { type FirewallInput, firewallSchema } from "./bind/fields.ts";
import {
  type FirewallObserved,
  type FirewallSnapshot,
  observeFirewall,
  snapshotFirewalls,
} from "./observe.ts";
import { FIREWALL_RISKS, mayCutControl, riskOfFirewall } from "./risk.ts";
import {
  absentFirewall,
  bindFirewall,
  type FirewallSpec,
  ownedByFirewall,
  pathsOf,
} from "./spec.ts";
import { watchFirewalls } from "./watch.ts";

/** A table of rules in the kernel, and at boot (K7). Its name is that of the table, behind `holdfast_`. */
export const firewallKind: ResourceKind<
  FirewallSpec,
  FirewallObserved,
  FirewallSnapshot,
  FirewallInput
> = {
  kind: "firewall",
  summary: "A table of nftables of its own: chains, rules, sets and maps, now and at boot.",
  support: LINUX_SUPPORT,
  ports: ["firewall", "files", "accounts", "paths", "hash"],
  schema: firewallSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindFirewall,
  snapshot: snapshotFirewalls,
  observe: observeFirewall,
  diff: diffFirewall,
  apply: applyFirewall,
  risk: riskOfFirewall,
  risks: FIREWALL_RISKS,
  foresee: applyFirewall,
  mayCutControl,
  temporaries: ({ boot }) => pathsOf(boot).map((path) => ({ path })),
  watch: watchFirewalls,
  fingerprint: fingerprintFirewall,
  details: firewallDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  // Changes that come faster than the monitor reads are lost, and that shows only at the next one.
  isFullyWatched: () => false,
  absent: absentFirewall,
  describe: describeFirewall,
  owns: ownedByFirewall,
  needs: ({ isAbsent }) => (isAbsent ? [] : ["package:nftables"]),
  uses: () => ["program:nft"],
};
