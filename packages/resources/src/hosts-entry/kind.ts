import type { ResourceKind } from "@holdfast/core";
import { HOSTS, ownedByNames } from "../hosts-file/hosts-file.ts";
import { watchPaths } from "../path-watch.ts";
import { POSIX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyHostsEntries, applyHostsEntry } from "./apply.ts";
import { describeHostsEntry } from "./describe.ts";
import { diffHostsEntry, fingerprintHostsEntry } from "./diff.ts";
import {
  type HostsEntryObserved,
  type HostsEntrySnapshot,
  observeHostsEntry,
  snapshotHostsEntries,
} from "./observe.ts";
import { HOSTS_ENTRY_RISKS, riskOfHostsEntry } from "./risk.ts";
import {
  absentHostsEntry,
  bindHostsEntry,
  type HostsEntryInput,
  type HostsEntrySpec,
  hostsEntrySchema,
  namesOf,
} from "./spec.ts";
import { watchedPathsOfHostsEntry } from "./watch.ts";

/** All addresses of one name in /etc/hosts, which others may write too. The name of the resource is the name. */
export const hostsEntryKind: ResourceKind<
  HostsEntrySpec,
  HostsEntryObserved,
  HostsEntrySnapshot,
  HostsEntryInput
> = {
  kind: "hosts-entry",
  summary: "The addresses and aliases of one name in /etc/hosts.",
  support: POSIX_SUPPORT,
  ports: ["files", "paths"],
  schema: hostsEntrySchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindHostsEntry,
  lanes: () => [`path:${HOSTS}`],
  snapshot: snapshotHostsEntries,
  observe: observeHostsEntry,
  diff: diffHostsEntry,
  apply: applyHostsEntry,
  batch: { key: () => HOSTS, applyMany: applyHostsEntries },
  risk: riskOfHostsEntry,
  risks: HOSTS_ENTRY_RISKS,
  foresee: applyHostsEntry,
  temporaries: () => [{ path: HOSTS }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfHostsEntry, context, sink),
  fingerprint: fingerprintHostsEntry,
  isAbsent: ({ isAbsent }) => isAbsent,
  // A write through a memory map or another hard link makes no event here.
  isFullyWatched: () => false,
  absent: absentHostsEntry,
  describe: describeHostsEntry,
  owns: (spec) => ownedByNames(namesOf(spec)),
};
