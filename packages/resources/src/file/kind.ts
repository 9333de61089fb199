import { type ResourceId, type ResourceKind, resourceId } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { POSIX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyFile } from "./apply.ts";
import { diffFile, fingerprintFile } from "./diff.ts";
import { type FileObserved, type FileSnapshot, observeFile, snapshotFiles } from "./observe.ts";
import { bindFile, type FileInput, type FileSpec, fileSchema, refuseReadable } from "./spec.ts";
import { watchedPathsOfFile } from "./watch.ts";

/** A regular file: its content, mode, owner and group (K1). Its name is its path. */
export const fileKind: ResourceKind<FileSpec, FileObserved, FileSnapshot, FileInput> = {
  kind: "file",
  summary: "A regular file: content, mode, owner and group.",
  support: POSIX_SUPPORT,
  schema: fileSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindFile,
  secretFields: ["content"],
  checkSecretUse: refuseReadable,
  lane: (spec) => `path:${spec.path}`,
  snapshot: snapshotFiles,
  observe: observeFile,
  diff: diffFile,
  apply: applyFile,
  temporaries: ({ path, followLink }) => [{ path, followLink }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfFile, context, sink),
  fingerprint: fingerprintFile,
  edges: (spec, index) => sourceOf(spec).filter((id) => index.has(id)),
  isAbsent: (spec) => spec.isAbsent,
  owns: (spec) => [
    { thing: `path:${spec.path}`, isWhole: spec.isAbsent || spec.content.type !== "unmanaged" },
  ],
};

/** A file comes after the declared file its content comes from. */
function sourceOf({ content }: FileSpec): readonly ResourceId[] {
  return content.type === "path" ? [resourceId("file", content.path)] : [];
}
