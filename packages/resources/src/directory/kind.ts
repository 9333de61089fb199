import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { POSIX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyDirectory } from "./apply.ts";
import { diffDirectory, fingerprintDirectory } from "./diff.ts";
import {
  describeDirectory,
  type DirectoryObserved,
  type DirectorySnapshot,
  observeDirectory,
  snapshotDirectories,
} from "./observe.ts";
import {
  absentDirectory,
  bindDirectory,
  type DirectoryInput,
  type DirectorySpec,
  directorySchema,
  neededByDirectory,
} from "./spec.ts";
import { watchedPathsOfDirectory } from "./watch.ts";

/** A directory: its mode, owner and group, and if declared those of all below it. Its name is its path. */
export const directoryKind: ResourceKind<
  DirectorySpec,
  DirectoryObserved,
  DirectorySnapshot,
  DirectoryInput
> = {
  kind: "directory",
  summary: "A directory: mode, owner and group, of itself and of what is below it.",
  support: POSIX_SUPPORT,
  ports: ["files", "accounts", "paths"],
  schema: directorySchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindDirectory,
  lanes: (spec) => [`path:${spec.path}`],
  snapshot: snapshotDirectories,
  observe: observeDirectory,
  diff: diffDirectory,
  apply: applyDirectory,
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfDirectory, context, sink),
  fingerprint: fingerprintDirectory,
  isAbsent: (spec) => spec.isAbsent,
  absent: absentDirectory,
  describe: describeDirectory,
  needs: neededByDirectory,
  isFullyWatched: ({ recurse }) => recurse === undefined,
  owns: (spec) => [{ thing: `path:${spec.path}`, isWhole: true }],
};
