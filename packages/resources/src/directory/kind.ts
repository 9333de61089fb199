import type { ResourceKind } from "@holdfast/core";
import { POSIX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyDirectory } from "./apply.ts";
import { wantedText } from "./copy/copy-changes.ts";
import { diffDirectory, fingerprintDirectory } from "./diff.ts";
import {
  describeDirectory,
  type DirectoryObserved,
  type DirectorySnapshot,
  observeDirectory,
  snapshotDirectories,
} from "./observe.ts";
import { DIRECTORY_RISKS, riskOfDirectory } from "./risk.ts";
import {
  absentDirectory,
  bindDirectory,
  type DirectoryInput,
  type DirectorySpec,
  directorySchema,
  neededByDirectory,
  ownedByDirectory,
} from "./spec.ts";
import { watchDirectories } from "./watch.ts";
import { isBelow } from "../brought-things.ts";

/**
 * A directory: its mode, owner and group, and if declared those of all below it, or a copy of another. Its name is its path.
 */
export const directoryKind: ResourceKind<
  DirectorySpec,
  DirectoryObserved,
  DirectorySnapshot,
  DirectoryInput
> = {
  kind: "directory",
  summary:
    "A directory: mode, owner and group, of itself and of what is below it; or a copy of another.",
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
  risk: riskOfDirectory,
  risks: DIRECTORY_RISKS,
  foresee: applyDirectory,
  // In the tree of a copy, wherever the last attempt was cut off.
  temporaries: ({ path, source }) => (source === undefined ? [] : [{ path, isTree: true }]),
  watch: watchDirectories,
  fingerprint: fingerprintDirectory,
  intentOf: (_spec, { copy }) => (copy === undefined ? undefined : wantedText(copy)),
  isAbsent: (spec) => spec.isAbsent,
  absent: absentDirectory,
  describe: describeDirectory,
  losesContent: ({ isAbsent, force }) => isAbsent && force,
  judgedBy: ({ source }) => (source === undefined ? [] : [`tree:${source.path}`]),
  brings: ({ path, source }, thing) => source !== undefined && isBelow(thing, path),
  needs: neededByDirectory,
  // Below there are events of so many entries only; and none of a write through a memory map or another hard link.
  isFullyWatched: ({ recurse, source }) => recurse === undefined && source === undefined,
  owns: ownedByDirectory,
};
