import type { ResourceKind } from "@holdfast/core";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import type { SystemdUnitSnapshot } from "../systemd-unit/observe.ts";
import { SCRATCH_PATH } from "../systemd-unit/verify.ts";
import { watchUnits } from "../unit/watch-units.ts";
import { applyTimer } from "./apply.ts";
import { describeTimer, diffTimer, fingerprintTimer, timerDetails } from "./diff.ts";
import { type TimerInput, timerSchema } from "./fields.ts";
import { observeTimer, snapshotTimers, type TimerObserved } from "./observe.ts";
import { timerOperations } from "./operations.ts";
import { TIMER_RISKS, riskOfTimer } from "./risk.ts";
import { absentTimer, bindTimer, neededByTimer, type TimerSpec, usedByTimer } from "./spec.ts";
import { watchedUnitsOfTimer } from "./watch.ts";

/** A timer of systemd and the service that it starts. Its name is that of both. */
export const timerKind: ResourceKind<TimerSpec, TimerObserved, SystemdUnitSnapshot, TimerInput> = {
  kind: "timer",
  summary: "A command that systemd runs at given times: a timer and its service.",
  support: LINUX_SUPPORT,
  ports: ["files", "accounts", "services", "commands", "hash", "downloads"],
  schema: timerSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindTimer,
  lanes: ({ unit }) => [`unit:${unit}`],
  snapshot: snapshotTimers,
  observe: observeTimer,
  diff: diffTimer,
  apply: applyTimer,
  risk: riskOfTimer,
  risks: TIMER_RISKS,
  operations: timerOperations,
  foresee: applyTimer,
  temporaries: ({ timer, service }) =>
    [timer.file.path, service.file.path, SCRATCH_PATH].map((path) => ({ path })),
  watch: (specs, context, sink) => watchUnits(specs, watchedUnitsOfTimer, context, sink),
  fingerprint: fingerprintTimer,
  details: timerDetails,
  // Files that are not under /etc or /run are noticed only when systemd reads them again.
  isFullyWatched: () => false,
  isAbsent: ({ isAbsent }) => isAbsent,
  absent: absentTimer,
  describe: describeTimer,
  owns: ({ timer, service, unit }) => [
    { thing: `path:${timer.file.path}`, isWhole: true },
    { thing: `path:${service.file.path}`, isWhole: true },
    { thing: `service:${unit}`, isWhole: true },
    { thing: `unit:${unit}`, isWhole: false },
    { thing: `unit:${service.unit}`, isWhole: false },
  ],
  needs: neededByTimer,
  uses: usedByTimer,
};
