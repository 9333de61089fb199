import type { ResourceKind } from "@holdfast/core";
import { POSIX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyArchive } from "./apply.ts";
import { archiveDetails, diffArchive, fingerprintArchive } from "./diff.ts";
import { type ArchiveObserved, describeArchive, observeArchive } from "./observe.ts";
import { ARCHIVE_RISKS, riskOfArchive } from "./risk.ts";
import {
  absentArchive,
  type ArchiveInput,
  type ArchiveSpec,
  archiveSchema,
  bindArchive,
  neededByArchive,
} from "./spec.ts";
import { watchArchives } from "./watch.ts";
import { isBelow } from "../brought-things.ts";

/** An archive, extracted (K10). Its name is the directory. */
export const archiveKind: ResourceKind<ArchiveSpec, ArchiveObserved, undefined, ArchiveInput> = {
  kind: "archive",
  summary: "A tar or zip archive, extracted into a directory.",
  support: POSIX_SUPPORT,
  ports: ["files", "accounts", "paths", "downloads", "archives"],
  schema: archiveSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindArchive,
  lanes: ({ path }) => [`path:${path}`],
  observe: observeArchive,
  diff: diffArchive,
  apply: applyArchive,
  risk: riskOfArchive,
  risks: ARCHIVE_RISKS,
  foresee: applyArchive,
  temporaries: ({ recordPath }) => [{ path: recordPath }],
  watch: watchArchives,
  fingerprint: fingerprintArchive,
  details: archiveDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  // A write through a memory map makes no event, and of a large archive not every entry is watched.
  isFullyWatched: () => false,
  absent: absentArchive,
  describe: describeArchive,
  judgedBy: ({ source }) => (source?.type === "path" ? [`path:${source.path}`] : []),
  brings: ({ path }, thing) => isBelow(thing, path),
  needs: neededByArchive,
  // A directory stays that holds anything else.
  takesAway: () => [],
  owns: ({ path, recordPath }) => [
    { thing: `path:${path}`, isWhole: true },
    { thing: `path:${recordPath}`, isWhole: true },
  ],
};
