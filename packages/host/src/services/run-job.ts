import { assert, type Clock, isTemplate, parseUnitName, type UnitJobRequest } from "@holdfast/core";
import { textOf } from "./systemd/bus-values.ts";
import { refusalFault } from "./systemd/refusal-fault.ts";
import type { SystemdConnection } from "./systemd/systemd-connection.ts";
import { listUnits, systemdCall, type UnitRow, unitProperties } from "./systemd/systemd-calls.ts";
import { failedFault, invalidUnitFault, stoppedFault, timeoutFault } from "./job-faults.ts";
import type { ReadLogLines } from "./log-lines.ts";
import { isService, UnitEvents } from "./unit-events.ts";

/** What jobs are run with. */
export interface JobOptions {
  readonly connection: SystemdConnection;
  readonly clock: Clock;
  readonly logLines: ReadLogLines;
}

/** What a unit can be made to do. */
export type JobVerb = "start" | "stop" | "restart" | "reload" | "reloadOrRestart";

const MEMBERS: Readonly<Record<JobVerb, string>> = {
  start: "StartUnit",
  stop: "StopUnit",
  restart: "RestartUnit",
  reload: "ReloadUnit",
  reloadOrRestart: "ReloadOrRestartUnit",
};

const DEFAULT_TIMEOUT_MS = 300_000;
/**
 * systemd calls a service active as soon as its process exists, unless the service tells when it is ready. One that
 * cannot work mostly ends right after; so long it is watched.
 */
const STEADY_MS = 200;
/** Types of services that are active before they have said anything (systemd.service(5)). */
const UNPROVEN: ReadonlySet<unknown> = new Set(["simple", "exec", "idle"]);
const SETTLED: ReadonlySet<string> = new Set(["active", "inactive", "failed", "maintenance"]);

/**
 * Runs one job to its end and waits until its unit has settled.
 * @throws {Fault} UnitFailed, UnitTimeout, and what systemd refuses with.
 */
export async function runJob(
  options: JobOptions,
  verb: JobVerb,
  request: UnitJobRequest,
  signal: AbortSignal,
): Promise<void> {
  const { unit, timeoutMs = DEFAULT_TIMEOUT_MS } = request;
  const name = parseUnitName(unit);
  if (name === undefined || isTemplate(name)) throw invalidUnitFault(unit);
  const late = new AbortController();
  const cancel = options.clock.schedule(timeoutMs, () =>
    late.abort(timeoutFault(verb, unit, timeoutMs)),
  );
  try {
    const stop = AbortSignal.any([signal, late.signal]);
    const before = await observeRow(options.connection, unit, stop);
    if (isNeedless(verb, before)) return;
    await runNeeded(options, { verb, unit, before }, stop);
  } finally {
    cancel();
  }
}

/** Nothing to start, or nothing to stop. */
function isNeedless(verb: JobVerb, { active, job }: UnitRow): boolean {
  if (job !== undefined) return false;
  if (verb === "start") return active === "active";
  return verb === "stop" && (active === "inactive" || active === "failed");
}

interface Order {
  readonly verb: JobVerb;
  readonly unit: string;
  readonly before: UnitRow;
}

async function runNeeded(options: JobOptions, order: Order, stop: AbortSignal): Promise<void> {
  const { verb, unit, before } = order;
  const { connection, clock } = options;
  using events = await UnitEvents.listen({ connection, clock, row: before }, stop);
  const call = systemdCall(MEMBERS[verb], "ss", [unit, "replace"]);
  const [job] = await connection.call(call, stop).catch((error: unknown) => {
    throw refusalFault(error, `to ${WORDS[verb]} ${unit}`);
  });
  const own = textOf(job, "a job");
  const result = await jobResult(options, events, { unit, job: own }, stop);
  const row = await steadyRow(options, events, order, stop);
  const isDone = result === undefined || result === "done";
  const isToRun = verb !== "stop" && verb !== "reload";
  if (isDone && isToRun && row.active === "inactive" && events.hasOtherThan(own)) {
    throw stoppedFault(WORDS[verb], unit);
  }
  // A unit that has done its work and ended is inactive; so is one that was not tried because a condition does not hold.
  if (isDone && (verb === "stop" || row.active !== "failed")) return;
  const properties = await unitProperties(connection, row.path, stop);
  throw await failedFault({ verb: WORDS[verb], unit, row, result, properties }, options, stop);
}

const WORDS: Readonly<Record<JobVerb, string>> = {
  start: "start",
  stop: "stop",
  restart: "restart",
  reload: "reload",
  reloadOrRestart: "reload or restart",
};

/** Waits for the end of a job; `undefined` when it has ended without anybody having noticed how. */
async function jobResult(
  { connection }: JobOptions,
  events: UnitEvents,
  { unit, job }: { readonly unit: string; readonly job: string },
  stop: AbortSignal,
): Promise<string | undefined> {
  for (;;) {
    const { count } = events;
    const result = events.resultOf(job);
    if (result !== undefined) return result;
    const row = await observeRow(connection, unit, stop);
    // Its end may have been reported between the two questions.
    if (row.job !== job) return events.resultOf(job);
    await events.beyond(count, stop);
  }
}

/** The unit when it has settled: nothing is under way, and a service that was started has not ended right away. */
async function steadyRow(
  options: JobOptions,
  events: UnitEvents,
  { verb, unit }: Order,
  stop: AbortSignal,
): Promise<UnitRow> {
  const { connection, clock } = options;
  let steadyAtMs: number | undefined;
  for (;;) {
    const { count } = events;
    const row = await observeRow(connection, unit, stop);
    if (row.job !== undefined || !SETTLED.has(row.active)) {
      steadyAtMs = undefined;
      await events.beyond(count, stop);
      continue;
    }
    if (row.active !== "active" || verb === "reload" || !isService(row.name)) return row;
    steadyAtMs ??= clock.monotonicMs() + (await provingMs(connection, row, stop));
    const leftMs = steadyAtMs - clock.monotonicMs();
    if (leftMs <= 0) return row;
    await events.beyond(count, stop, leftMs);
  }
}

async function provingMs(
  connection: SystemdConnection,
  { path }: UnitRow,
  stop: AbortSignal,
): Promise<number> {
  const properties = await unitProperties(connection, path, stop);
  return UNPROVEN.has(properties.get("Type")) ? STEADY_MS : 0;
}

/** What one unit does. */
export async function observeRow(
  connection: SystemdConnection,
  unit: string,
  signal: AbortSignal,
): Promise<UnitRow> {
  const [row] = await listUnits(connection, [unit], signal);
  assert(row !== undefined, "a list of one unit has one row");
  return row;
}
