import { type GraphIndex, type ResourceId, type ResourceKind, resourceId } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { POSIX_SUPPORT } from "../support.ts";
import { applyExec, refreshExec } from "./apply.ts";
import { diffExec, fingerprintExec } from "./diff.ts";
import { type ExecObserved, observeExec } from "./observe.ts";
import { bindExec, checkRetries, type ExecInput, type ExecSpec, execSchema } from "./spec.ts";
import { watchedPathsOfExec } from "./watch.ts";

/** How often guards are asked: nothing tells when their answer changes. */
const RESYNC_MS = 30_000;

/** A command that runs when its guards say so, or once for its key (K5): the escape hatch. Its name is free. */
export const execKind: ResourceKind<ExecSpec, ExecObserved, undefined, ExecInput> = {
  kind: "exec",
  summary: "A command that runs when its guards say so, or once for its key.",
  support: POSIX_SUPPORT,
  schema: execSchema,
  resyncMs: RESYNC_MS,
  bind: bindExec,
  checkMeta: checkRetries,
  secretFields: ["env", "stdin"],
  observe: observeExec,
  diff: diffExec,
  apply: applyExec,
  refresh: refreshExec,
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfExec, context, sink),
  fingerprint: fingerprintExec,
  edges: declaredNeeds,
  runsCommands: true,
};

/** A command comes after the declared directory it works in and the declared file it runs. */
function declaredNeeds({ argv, cwd }: ExecSpec, index: GraphIndex): readonly ResourceId[] {
  const needs: ResourceId[] = [];
  const program = resourceId("file", argv[0]);
  if (index.has(program)) needs.push(program);
  if (cwd === undefined) return needs;
  const directory = resourceId("directory", cwd);
  const nearest = index.has(directory) ? directory : index.nearestAncestor(cwd);
  return nearest === undefined ? needs : [...needs, nearest];
}
