import {
  Fault,
  type Result,
  type StatusBody,
  unreachable,
  withoutLongValues,
} from "@holdfast/core";
import { backoffDelayMs, jittered } from "../queue/backoff.ts";
import type { Run, Runtime } from "../runtime.ts";
import { concealedVerdict } from "../concealed.ts";
import { type Blocker, blockerOf, isHoldingBack } from "./blame.ts";
import type { Tracked } from "./tracked.ts";
import { isRepeated, type News, resultOf, type Verdict } from "./verdict.ts";

/** Repairs of drift within this time that make a resource flap (D16). */
const FLAPPING_REPAIRS = 3;
const FLAPPING_WITHIN_MS = 600_000;

/** Writes a verdict into the record: status, retry, alarms, events, and hints to those whom it concerns. */
export function settle(runtime: Runtime, run: Run, reached: Verdict): void {
  const { tracked } = run;
  const verdict = concealedVerdict(reached, runtime.concealment);
  const before = run.statusBefore;
  if (isNoNews(verdict)) {
    tracked.status = before;
    if (verdict.type === "superseded") runtime.hint(tracked, "generation", "another manifest");
    if (verdict.type === "overtaken") runtime.again(tracked, run.hints);
    if (verdict.type === "backingOff") remember(runtime, run, undefined);
    return planResync(runtime, tracked);
  }
  const wasBlocking = isHoldingBack(tracked, before);
  countFailure(runtime, tracked, verdict);
  noteRepair(runtime, run, verdict);
  setStatus(runtime, run, verdict);
  planRetry(runtime, tracked, verdict);
  planResync(runtime, tracked);
  if (verdict.type === "waiting") deferRun(runtime, run, verdict.untilMs);
  report(runtime, run, verdict, before.type === tracked.status.type);
  tellDependents(runtime, tracked, { hasChanged: verdict.type === "changed", wasBlocking });
}

function isNoNews(verdict: Verdict): verdict is Exclude<Verdict, News> {
  return ["backingOff", "superseded", "overtaken"].includes(verdict.type);
}

function countFailure(runtime: Runtime, tracked: Tracked, verdict: Verdict): void {
  if (verdict.type === "failed" || verdict.type === "unknown") {
    tracked.failures += 1;
    const { critical } = tracked.declared.resource.meta;
    if (critical === true && !runtime.isServing()) runtime.haltedBy ??= tracked.id;
    return;
  }
  if (verdict.type === "blocked") return;
  tracked.failures = 0;
  tracked.retryAtMs = undefined;
  tracked.failedFingerprint = undefined;
}

function noteRepair(runtime: Runtime, { tracked, declared }: Run, verdict: Verdict): void {
  const isInSync = verdict.type === "inSync" || verdict.type === "changed";
  if (isInSync && tracked.declared === declared) tracked.wasInSync = true;
  if (verdict.type !== "changed") return;
  tracked.hasChanged = true;
  if (verdict.cause !== "drift") return;
  const now = runtime.clock.monotonicMs();
  tracked.repairsAtMs = [...tracked.repairsAtMs, now].slice(-FLAPPING_REPAIRS);
}

function isFlapping(runtime: Runtime, tracked: Tracked): boolean {
  const [oldest] = tracked.repairsAtMs;
  if (oldest === undefined || tracked.repairsAtMs.length < FLAPPING_REPAIRS) return false;
  return runtime.clock.monotonicMs() - oldest <= FLAPPING_WITHIN_MS;
}

function setStatus(runtime: Runtime, run: Run, verdict: News): void {
  const { tracked, statusBefore: before } = run;
  const body = bodyOf(verdict);
  // What was repaired is as it is since the repair, whatever it was before.
  const isAsBefore = before.type === body.type && verdict.type !== "changed";
  const sinceMs = isAsBefore ? before.sinceMs : runtime.clock.monotonicMs();
  const isStalled = tracked.failures >= attemptsOf(runtime, tracked);
  const flaps = isFlapping(runtime, tracked);
  tracked.status = {
    ...body,
    sinceMs,
    observedGeneration: run.generation,
    ...(isStalled && isFailing(body) ? { isStalled } : {}),
    ...(flaps ? { isFlapping: flaps } : {}),
  };
  if (flaps && before.isFlapping !== true) {
    runtime.events({ type: "degraded", subject: tracked.id, fault: flapping(tracked).toJSON() });
  } else if (!flaps && before.isFlapping === true) {
    runtime.events({ type: "recovered", subject: tracked.id });
  }
}

function bodyOf(verdict: News): StatusBody {
  switch (verdict.type) {
    case "inSync":
    case "changed":
      return { type: "Ready", details: verdict.details };
    case "drifted":
      return { type: "Drifted", changes: verdict.changes };
    case "failed":
      return { type: "Failed", fault: verdict.fault.toJSON() };
    case "unknown":
      return { type: "Unknown", fault: verdict.fault.toJSON() };
    case "blocked":
      return {
        type: "Blocked",
        by: verdict.by,
        ...(verdict.unready && { unready: verdict.unready }),
      };
    case "waiting":
      return {
        type: "Waiting",
        for: verdict.for,
        ...(verdict.untilMs === undefined ? {} : { untilMs: verdict.untilMs }),
        ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      };
    case "denied":
      return { type: "Denied", fault: verdict.fault.toJSON() };
    default:
      return unreachable(verdict);
  }
}

function isFailing(body: StatusBody): body is StatusBody & { readonly type: "Failed" | "Unknown" } {
  return body.type === "Failed" || body.type === "Unknown";
}

/** How many attempts a resource has at full rate. */
export function attemptsOf(runtime: Runtime, tracked: Tracked): number {
  return tracked.declared.resource.meta.retry ?? runtime.retrying().attempts;
}

function planRetry(runtime: Runtime, tracked: Tracked, verdict: Verdict): void {
  if (verdict.type !== "failed" && verdict.type !== "unknown") {
    tracked.alarms.clear("retry", runtime.schedule);
    return;
  }
  tracked.retryAtMs = Number.POSITIVE_INFINITY;
  const attempts = attemptsOf(runtime, tracked);
  const isOver = tracked.failures >= attempts && !runtime.retrying().isEndless;
  if (isOver || verdict.fault.retry === "never") return;
  const { retryBaseMs, retryCapMs } = runtime.numbers;
  const options = { baseMs: retryBaseMs, capMs: retryCapMs, attempts };
  const delayMs = backoffDelayMs(tracked.failures, options, runtime.random);
  tracked.retryAtMs = runtime.clock.monotonicMs() + delayMs;
  tracked.alarms.set("retry", tracked.retryAtMs, runtime.schedule);
  tracked.status = { ...tracked.status, retryAtMs: tracked.retryAtMs } as Tracked["status"];
}

/** A watch never replaces the resync; where nothing is watched, looking is all there is (D9, D10). */
function planResync(runtime: Runtime, tracked: Tracked): void {
  if (!runtime.isServing() || tracked.isRemoved) return;
  const { resyncMs } = tracked.declared.kind;
  const intervalMs = runtime.isWatched(tracked)
    ? resyncMs
    : Math.min(resyncMs, runtime.numbers.pollMs);
  const atMs = runtime.clock.monotonicMs() + jittered(intervalMs, runtime.random);
  tracked.alarms.set("resync", atMs, runtime.schedule);
}

function deferRun(runtime: Runtime, run: Run, untilMs: number | undefined): void {
  if (untilMs === undefined) return;
  run.tracked.deferred = run.hints;
  run.tracked.alarms.set("limit", untilMs, runtime.schedule);
}

function report(runtime: Runtime, run: Run, verdict: News, isSameStatus: boolean): void {
  const { tracked } = run;
  const now = runtime.clock.monotonicMs();
  const result = resultOf(run, verdict, now - run.startedAtMs);
  remember(runtime, run, result);
  const isNews = !isSameStatus || !isRepeated(result, tracked.lastResult);
  tracked.lastResult = result;
  // Whether it may begin will be known soon; until then there is nothing to tell.
  if (isProvisional(verdict)) return;
  // Of a pause everybody has been told once already.
  const isPaused = verdict.type === "waiting" && verdict.for === "paused";
  if (!isNews || (isPaused && runtime.isServing())) return;
  runtime.events({ type: "result", result, latencyMs: now - run.hints.firstAtMs });
}

/** What it waits for will soon have proved ready or not. */
function isProvisional(verdict: Verdict): boolean {
  return verdict.type === "blocked" && verdict.unready === "awaited";
}

/** Keeps how a run ended, for whoever asks why, and tells those who wait for it. */
function remember(runtime: Runtime, run: Run, result: Result | undefined): void {
  const { tracked, hints, startedAtMs, generation } = run;
  tracked.lastRun = {
    hints,
    startedAtMs,
    endedAtMs: runtime.clock.monotonicMs(),
    generation,
    ...(result && { result: kept(result) }),
  };
  if (result !== undefined && result.status !== "ok") tracked.lastNews = tracked.lastRun;
  runtime.settled(tracked);
}

function kept(result: Result): Result {
  const { changes } = result;
  return changes.length === 0 ? result : { ...result, changes: withoutLongValues(changes) };
}

interface Aftermath {
  readonly hasChanged: boolean;
  readonly wasBlocking: boolean;
}

/** Dependents are told of a change (D8) and of becoming free or blocked; an in-sync look tells nobody. */
export function tellDependents(
  runtime: Runtime,
  tracked: Tracked,
  { hasChanged, wasBlocking }: Aftermath,
): void {
  const blocks = isHoldingBack(tracked);
  const isTurning = blocks !== wasBlocking;
  for (const dependent of tracked.dependents) {
    const { status } = dependent;
    const isBlocked = status.type === "Blocked";
    // What holds it back is over, or is another by now.
    const isOutdated = isBlocked && !isSameBlocker(status, blockerOf(dependent));
    const concerns = hasChanged || isOutdated || (isTurning && blocks !== isBlocked);
    if (concerns)
      runtime.hint(dependent, "dependency", hasChanged ? `${tracked.id} changed` : tracked.id);
  }
}

function isSameBlocker(
  status: Omit<Blocker, "unready"> & Partial<Blocker>,
  now?: Blocker,
): boolean {
  return status.by === now?.by && status.unready === now.unready;
}

function flapping(tracked: Tracked): Fault {
  return new Fault({
    reason: "Flapping",
    message: `${tracked.id} was repaired ${FLAPPING_REPAIRS} times within ten minutes`,
    resolution: "Find what keeps changing it; repairs go on meanwhile.",
  });
}
