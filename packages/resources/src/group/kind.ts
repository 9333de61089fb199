import type { LocalGroup, ResourceKind } from "@holdfast/core";
import { ACCOUNTS_LANE } from "../account/account-fields.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { watchTogether } from "../watch-together.ts";
import { applyGroup } from "./apply.ts";
import { diffGroup, fingerprintGroup, groupDetails } from "./diff.ts";
import { describeGroup, type GroupSnapshot, observeGroup, snapshotGroups } from "./observe.ts";
import { GROUP_RISKS, riskOfGroup } from "./risk.ts";
import { absentGroup, bindGroup, type GroupInput, type GroupSpec, groupSchema } from "./spec.ts";

/** A group of the machine's own files. Its name is the group's. */
export const groupKind: ResourceKind<GroupSpec, LocalGroup, GroupSnapshot, GroupInput> = {
  kind: "group",
  summary: "A group of this machine.",
  support: LINUX_SUPPORT,
  ports: ["accounts"],
  schema: groupSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindGroup,
  lanes: () => [ACCOUNTS_LANE],
  snapshot: snapshotGroups,
  observe: observeGroup,
  diff: diffGroup,
  apply: applyGroup,
  risk: riskOfGroup,
  risks: GROUP_RISKS,
  foresee: applyGroup,
  watch: (specs, { host, signal }, sink) =>
    watchTogether(specs, sink, (hear) => host.accounts.watch(hear, signal)),
  fingerprint: fingerprintGroup,
  details: groupDetails,
  isAbsent: (spec) => spec.isAbsent,
  absent: absentGroup,
  describe: describeGroup,
  owns: ({ name }) => [{ thing: `group:${name}`, isWhole: true }],
};
