import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { POSIX_SUPPORT } from "../support.ts";
import { applyExec, refreshExec } from "./apply.ts";
import { diffExec, fingerprintExec } from "./diff.ts";
import { type ExecInput, execSchema } from "./fields.ts";
import { type ExecObserved, observeExec } from "./observe.ts";
import { EXEC_RISKS, riskOfExec } from "./risk.ts";
import {
  bindExec,
  checkRetries,
  type ExecSpec,
  madeByExec,
  neededByExec,
  usedByExec,
} from "./spec.ts";
import { watchedPathsOfExec } from "./watch.ts";

/** How often guards are asked: nothing tells when their answer changes. */
const RESYNC_MS = 30_000;

/** A command that runs when its guards say so, when it is notified, or once for its key (K5): the escape hatch. Its name is free. */
export const execKind: ResourceKind<ExecSpec, ExecObserved, undefined, ExecInput> = {
  kind: "exec",
  summary: "A command that runs when its guards say so, when it is notified, or once for its key.",
  support: POSIX_SUPPORT,
  ports: ["files", "commands", "paths", "oneShots"],
  schema: execSchema,
  resyncMs: RESYNC_MS,
  bind: bindExec,
  checkMeta: checkRetries,
  secretFields: ["env", "stdin"],
  observe: observeExec,
  diff: diffExec,
  apply: applyExec,
  risk: riskOfExec,
  risks: EXEC_RISKS,
  // Nothing is known of what the author's command does.
  operations: {
    run: {
      summary: "Runs the command, whatever its guards and key say.",
      risk: "disruptive",
      impact: "data",
      run: refreshExec,
    },
  },
  foresee: applyExec,
  refresh: refreshExec,
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfExec, context, sink),
  fingerprint: fingerprintExec,
  // A guard may ask about anything, and a command may make it.
  judgedBy: ({ unless, onlyIf, creates }) =>
    [unless, onlyIf, creates].some((guard) => guard !== undefined) ? "everything" : [],
  brings: () => true,
  needs: neededByExec,
  uses: usedByExec,
  makes: madeByExec,
  isForNotifications: ({ isOnNotify }) => isOnNotify,
  isFullyWatched: ({ unless, onlyIf }) => unless === undefined && onlyIf === undefined,
  runsCommands: true,
};
