import {
  Fault,
  type Result,
  type StatusBody,
  unreachable,
  withoutLongValues,
} from "@holdfast/core";
import { deferRun } from "../policy/defer-run.ts";
import { backoffDelayMs, jittered } from "../queue/backoff.ts";
import type { Run, Runtime } from "../runtime.ts";
import { redactedVerdict } from "../secrets/redacted.ts";
import { type Blocker, blockerOf, isHoldingBack } from "./blame.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import { isRepeated, type News, resultOf, type Verdict } from "../records/verdict.ts";

/** Repairs of drift within this time that make a resource flap (D16); a refresh repairs nothing. */
const FLAPPING_REPAIRS = 3;
const FLAPPING_WITHIN_MS = 600_000;

/** Writes a verdict into the record: status, retry, alarms, events, and hints to those whom it concerns. */
export function settle(runtime: Runtime, run: Run, reached: Verdict): void {
  const { record } = run;
  const verdict = redactedVerdict(reached, runtime.redaction);
  const before = run.statusBefore;
  if (isNoNews(verdict)) {
    record.status = before;
    if (verdict.type === "superseded") runtime.hint(record, "generation", "another manifest");
    if (verdict.type === "overtaken") runtime.again(record, run.hints);
    if (verdict.type === "backingOff") remember(runtime, run, undefined);
    return planResync(runtime, record);
  }
  const wasBlocking = isHoldingBack(record, before);
  countFailure(runtime, record, verdict);
  noteRepair(runtime, run, verdict);
  setStatus(runtime, run, verdict);
  planRetry(runtime, record, verdict);
  planResync(runtime, record);
  record.alarms.clear("gate", runtime.schedule);
  if (verdict.type === "waiting") deferRun(runtime, run, verdict);
  report(runtime, run, verdict, before.type === record.status.type);
  tellDependents(runtime, record, { hasChanged: verdict.type === "changed", wasBlocking });
}

function isNoNews(verdict: Verdict): verdict is Exclude<Verdict, News> {
  return ["backingOff", "superseded", "overtaken"].includes(verdict.type);
}

function countFailure(runtime: Runtime, record: ResourceRecord, verdict: Verdict): void {
  if (verdict.type === "failed" || verdict.type === "unknown") {
    record.failures += 1;
    const { critical } = record.declared.resource.meta;
    if (critical === true && !runtime.isServing()) runtime.haltedBy ??= record.id;
    return;
  }
  if (verdict.type === "blocked") return;
  record.failures = 0;
  record.retryAtMs = undefined;
  record.failedFingerprint = undefined;
}

function noteRepair(runtime: Runtime, { record, declared }: Run, verdict: Verdict): void {
  const isInSync = verdict.type === "inSync" || verdict.type === "changed";
  if (isInSync && record.declared === declared) record.wasInSync = true;
  if (verdict.type !== "changed") return;
  record.hasChanged = true;
  if (verdict.cause !== "drift" || verdict.changes.length === 0) return;
  const now = runtime.clock.monotonicMs();
  record.repairsAtMs = [...record.repairsAtMs, now].slice(-FLAPPING_REPAIRS);
}

function isFlapping(runtime: Runtime, record: ResourceRecord): boolean {
  const [oldest] = record.repairsAtMs;
  if (oldest === undefined || record.repairsAtMs.length < FLAPPING_REPAIRS) return false;
  return runtime.clock.monotonicMs() - oldest <= FLAPPING_WITHIN_MS;
}

function setStatus(runtime: Runtime, run: Run, verdict: News): void {
  const { record, statusBefore: before } = run;
  const body = bodyOf(verdict);
  // What was repaired is as it is since the repair, whatever it was before.
  const isAsBefore = before.type === body.type && verdict.type !== "changed";
  const sinceMs = isAsBefore ? before.sinceMs : runtime.clock.monotonicMs();
  const isStalled = record.failures >= attemptsOf(runtime, record);
  const flaps = isFlapping(runtime, record);
  record.carriedGeneration = undefined;
  record.status = {
    ...body,
    sinceMs,
    observedGeneration: run.generation,
    ...(isStalled && isFailing(body) ? { isStalled } : {}),
    ...(flaps ? { isFlapping: flaps } : {}),
  };
  if (flaps && before.isFlapping !== true) {
    runtime.events({ type: "degraded", subject: record.id, fault: flapping(record).toJSON() });
  } else if (!flaps && before.isFlapping === true) {
    runtime.events({ type: "recovered", subject: record.id });
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
export function attemptsOf(runtime: Runtime, record: ResourceRecord): number {
  return record.declared.resource.meta.retry ?? runtime.retrying().attempts;
}

function planRetry(runtime: Runtime, record: ResourceRecord, verdict: Verdict): void {
  if (verdict.type !== "failed" && verdict.type !== "unknown") {
    record.alarms.clear("retry", runtime.schedule);
    return;
  }
  record.retryAtMs = Number.POSITIVE_INFINITY;
  const attempts = attemptsOf(runtime, record);
  const isOver = record.failures >= attempts && !runtime.retrying().isEndless;
  if (isOver || verdict.fault.retry === "never") return;
  const { retryBaseMs, retryCapMs } = runtime.numbers;
  const options = { baseMs: retryBaseMs, capMs: retryCapMs, attempts };
  const delayMs = backoffDelayMs(record.failures, options, runtime.random);
  record.retryAtMs = runtime.clock.monotonicMs() + delayMs;
  record.alarms.set("retry", record.retryAtMs, runtime.schedule);
  record.status = { ...record.status, retryAtMs: record.retryAtMs } as ResourceRecord["status"];
}

/** A watch never replaces the resync; where nothing is watched, polling is the only way to find drift (D9, D10). */
function planResync(runtime: Runtime, record: ResourceRecord): void {
  if (!runtime.isServing() || record.isRemoved) return;
  const { kind, resource } = record.declared;
  const resyncMs = kind.resyncMsOf?.(resource.spec) ?? kind.resyncMs;
  const intervalMs = runtime.isWatched(record)
    ? resyncMs
    : Math.min(resyncMs, runtime.numbers.pollMs);
  const atMs = runtime.clock.monotonicMs() + jittered(intervalMs, runtime.random);
  record.alarms.set("resync", atMs, runtime.schedule);
}

function report(runtime: Runtime, run: Run, verdict: News, isSameStatus: boolean): void {
  const { record } = run;
  const now = runtime.clock.monotonicMs();
  const result = resultOf(run, verdict, now - run.startedAtMs);
  remember(runtime, run, result);
  const isNews = !isSameStatus || !isRepeated(result, record.lastResult);
  record.lastResult = result;
  // Whether it may begin will be known soon; until then there is nothing to publish.
  if (isProvisional(verdict)) return;
  // The pause itself was published once already.
  const isPaused = verdict.type === "waiting" && verdict.for === "paused";
  if (!isNews || (isPaused && runtime.isServing())) return;
  const published = runtime.outputs.joinedTo(result);
  runtime.events({ type: "result", result: published, latencyMs: now - run.hints.firstAtMs });
}

/** What it waits for will soon have proved ready or not. */
function isProvisional(verdict: Verdict): boolean {
  return verdict.type === "blocked" && verdict.unready === "awaited";
}

/** Keeps the end of a run for later questions, and answers those that wait for it. */
function remember(runtime: Runtime, run: Run, result: Result | undefined): void {
  const { record, hints, startedAtMs, generation } = run;
  record.lastRun = {
    hints,
    startedAtMs,
    endedAtMs: runtime.clock.monotonicMs(),
    generation,
    ...(result && { result: kept(result) }),
  };
  if (result !== undefined && result.status !== "ok") record.lastNews = record.lastRun;
  runtime.settled(record);
}

function kept(result: Result): Result {
  const { changes } = result;
  return changes.length === 0 ? result : { ...result, changes: withoutLongValues(changes) };
}

interface Aftermath {
  readonly hasChanged: boolean;
  readonly wasBlocking: boolean;
}

/** Hints dependents of a change (D8) and of becoming free or blocked; an observation in sync hints none. */
export function tellDependents(
  runtime: Runtime,
  record: ResourceRecord,
  { hasChanged, wasBlocking }: Aftermath,
): void {
  const blocks = isHoldingBack(record);
  const isTurning = blocks !== wasBlocking;
  for (const dependent of record.dependents) {
    const { status } = dependent;
    const isBlocked = status.type === "Blocked";
    // What holds it back is over, or is another by now.
    const isOutdated = isBlocked && !isSameBlocker(status, blockerOf(dependent));
    const concerns = hasChanged || isOutdated || (isTurning && blocks !== isBlocked);
    if (concerns)
      runtime.hint(dependent, "dependency", hasChanged ? `${record.id} changed` : record.id);
  }
}

function isSameBlocker(
  status: Omit<Blocker, "unready"> & Partial<Blocker>,
  now?: Blocker,
): boolean {
  return status.by === now?.by && status.unready === now.unready;
}

function flapping(record: ResourceRecord): Fault {
  return new Fault({
    reason: "Flapping",
    message: `${record.id} was repaired ${FLAPPING_REPAIRS} times within ten minutes`,
    resolution: "Find what keeps changing it; repairs go on meanwhile.",
  });
}
