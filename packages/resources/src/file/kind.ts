import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { POSIX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyFile } from "./apply.ts";
import { diffFile, fingerprintFile, intentOfFile } from "./diff.ts";
import { keptAsFile } from "./kept-file.ts";
import {
  describeFile,
  type FileObserved,
  type FileSnapshot,
  observeFile,
  snapshotFiles,
} from "./observe.ts";
import { FILE_RISKS, riskOfFile } from "./risk.ts";
import {
  absentFile,
  bindFile,
  type FileInput,
  type FileSpec,
  fileSchema,
  neededByFile,
  refuseReadable,
  usedByFile,
  sourcePaths,
} from "./spec.ts";
import { watchedPathsOfFile } from "./watch.ts";

/** A regular file: its content, mode, owner and group (K1). Its name is its path. */
export const fileKind: ResourceKind<FileSpec, FileObserved, FileSnapshot, FileInput> = {
  kind: "file",
  summary: "A regular file: content, mode, owner and group.",
  support: POSIX_SUPPORT,
  ports: ["files", "accounts", "facts", "paths", "hash", "downloads", "commands"],
  schema: fileSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindFile,
  secretFields: ["content", "template.vars"],
  templateFields: ["template.text"],
  checkSecretUse: refuseReadable,
  lanes: (spec) => [`path:${spec.path}`],
  snapshot: snapshotFiles,
  observe: observeFile,
  diff: diffFile,
  apply: applyFile,
  risk: riskOfFile,
  risks: FILE_RISKS,
  foresee: applyFile,
  temporaries: ({ path, followLink }) => [{ path, followLink }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfFile, context, sink),
  fingerprint: fingerprintFile,
  intentOf: intentOfFile,
  judgedBy: (spec) => sourcePaths(spec).map((path) => `path:${path}` as const),
  needs: neededByFile,
  uses: usedByFile,
  // A write through a memory map or another hard link makes no event here.
  isFullyWatched: ({ isAbsent }) => isAbsent,
  isAbsent: (spec) => spec.isAbsent,
  absent: absentFile,
  describe: describeFile,
  asFile: keptAsFile((spec: FileSpec) => spec),
  owns: (spec) => [
    { thing: `path:${spec.path}`, isWhole: spec.isAbsent || spec.content.type !== "unmanaged" },
  ],
};
