import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { REFUSED_RISKS, riskOfRefused } from "../refused-risk.ts";
import { POSIX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyJsonField } from "./apply.ts";
import { diffJsonField, fingerprintJsonField } from "./diff.ts";
import { ownedByField } from "./field-name.ts";
import {
  describeJsonField,
  type JsonFieldObserved,
  type JsonFieldSnapshot,
  observeJsonField,
  snapshotJsonFields,
} from "./observe.ts";
import {
  absentJsonField,
  bindJsonField,
  type JsonFieldInput,
  type JsonFieldSpec,
  jsonFieldSchema,
} from "./spec.ts";
import { watchedPathsOfJsonField } from "./watch.ts";

/** One field in a JSON file that others may write too. Its name is free. */
export const jsonFieldKind: ResourceKind<
  JsonFieldSpec,
  JsonFieldObserved,
  JsonFieldSnapshot,
  JsonFieldInput
> = {
  kind: "json-field",
  summary: "One field in a JSON file.",
  support: POSIX_SUPPORT,
  ports: ["files", "paths"],
  schema: jsonFieldSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindJsonField,
  secretFields: ["value"],
  lanes: (spec) => [`path:${spec.path}`],
  snapshot: snapshotJsonFields,
  observe: observeJsonField,
  diff: diffJsonField,
  apply: applyJsonField,
  risk: riskOfRefused,
  risks: REFUSED_RISKS,
  foresee: applyJsonField,
  temporaries: ({ path }) => [{ path }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfJsonField, context, sink),
  fingerprint: fingerprintJsonField,
  isAbsent: (spec) => spec.isAbsent,
  // A write through a memory map or another hard link makes no event here.
  isFullyWatched: () => false,
  absent: absentJsonField,
  describe: describeJsonField,
  owns: (spec) => ownedByField(spec.path, spec.keys),
};
