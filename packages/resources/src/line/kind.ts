import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { POSIX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyLine } from "./apply.ts";
import { describeLine } from "./describe.ts";
import { diffLine, fingerprintLine } from "./diff.ts";
import { type LineObserved, type LineSnapshot, observeLine, snapshotLines } from "./observe.ts";
import { LINE_RISKS, riskOfLine } from "./risk.ts";
import { absentLine, bindLine, type LineInput, type LineSpec, lineSchema } from "./spec.ts";
import { watchedPathsOfLine } from "./watch.ts";

/** One line, or one marked block of lines, in a file that others may write too. Its name is free. */
export const lineKind: ResourceKind<LineSpec, LineObserved, LineSnapshot, LineInput> = {
  kind: "line",
  summary: "One line, or one marked block of lines, in a file.",
  support: POSIX_SUPPORT,
  ports: ["files", "paths"],
  schema: lineSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindLine,
  secretFields: ["line", "block.text"],
  lanes: (spec) => [`path:${spec.path}`],
  snapshot: snapshotLines,
  observe: observeLine,
  diff: diffLine,
  apply: applyLine,
  risk: riskOfLine,
  risks: LINE_RISKS,
  foresee: applyLine,
  temporaries: ({ path }) => [{ path }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfLine, context, sink),
  fingerprint: fingerprintLine,
  isAbsent: (spec) => spec.isAbsent,
  // A write through a memory map or another hard link makes no event here.
  isFullyWatched: () => false,
  absent: absentLine,
  describe: describeLine,
  owns: (spec) => [{ thing: `path:${spec.path}`, isWhole: false }],
};
