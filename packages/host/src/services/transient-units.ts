import {
  type Clock,
  Fault,
  isTemplate,
  parseUnitName,
  type TransientRequest,
  type TransientState,
} from "@holdfast/core";
import { refusalFault, refusalWord } from "./systemd/refusal-fault.ts";
import type { SystemdConnection } from "./systemd/systemd-connection.ts";
import { systemdCall, type UnitRow, unitProperties } from "./systemd/systemd-calls.ts";
import { CallRefused } from "./systemd/systemd-link.ts";
import { invalidUnitFault } from "./job-faults.ts";
import { observeRow } from "./run-job.ts";
import { readExit } from "./unit-details.ts";
import { isTransient } from "./unit-files/search-path.ts";
import { UnitEvents } from "./unit-events.ts";

/** What transient units are run with. */
export interface TransientOptions {
  readonly connection: SystemdConnection;
  readonly clock: Clock;
}

/** The largest number of 64 bits means: for ever. */
const FOR_EVER = 2n ** 64n - 1n;
/** Ended, one way or the other, or never begun. */
const ENDED: ReadonlySet<string> = new Set(["active", "failed", "inactive"]);

/**
 * Hands a command to systemd as a service that runs once. It stays known when it has ended, so that whoever comes later
 * finds how; a stop of the agent does not touch it, and it has no deadline.
 * @throws {Fault} AlreadyExists, InputInvalid, and what calls throw.
 */
export async function startTransient(
  connection: SystemdConnection,
  request: TransientRequest,
  signal: AbortSignal,
): Promise<void> {
  const { unit } = request;
  requireService(unit);
  const call = systemdCall("StartTransientUnit", "ssa(sv)a(sa(sv))", [
    unit,
    "fail",
    propertiesOf(request),
    [],
  ]);
  await connection.call(call, signal).catch((error: unknown) => {
    throw refusalFault(error, `to run ${unit}`);
  });
}

function requireService(unit: string): void {
  const name = parseUnitName(unit);
  if (name?.suffix !== "service" || isTemplate(name)) throw invalidUnitFault(unit);
}

/** In the form of a(sv), each value with its signature. */
function propertiesOf({ description, argv, environment, outputPath }: TransientRequest): unknown {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [
    ["Description", ["s", description]],
    ["Type", ["s", "oneshot"]],
    ["RemainAfterExit", ["b", true]],
    ["TimeoutStartUSec", ["t", FOR_EVER]],
    ["ExecStart", ["a(sasb)", [[argv[0], [...argv], false]]]],
    ["Environment", ["as", variables]],
    ["StandardInput", ["s", "null"]],
    ["StandardOutputFileToAppend", ["s", outputPath]],
    ["StandardErrorFileToAppend", ["s", outputPath]],
  ];
}

/** How far a transient command is. */
export async function transientState(
  connection: SystemdConnection,
  unit: string,
  signal: AbortSignal,
): Promise<TransientState> {
  requireService(unit);
  return stateOf(connection, await observeRow(connection, unit, signal), signal);
}

async function stateOf(
  connection: SystemdConnection,
  row: UnitRow,
  signal: AbortSignal,
): Promise<TransientState> {
  if (row.job !== undefined || !ENDED.has(row.active)) return { type: "running" };
  if (row.load === "not-found") return { type: "absent" };
  const properties = await unitProperties(connection, row.path, signal);
  // A unit that somebody else has under this name is none of ours.
  if (!isOfTransient(properties.get("FragmentPath"))) return { type: "absent" };
  // One that has ended well has done so with 0: systemd says nothing more of it.
  const well = { result: "success", exitCode: 0, signalNumber: undefined };
  return { type: "ended", exit: readExit(properties) ?? well };
}

function isOfTransient(path: unknown): boolean {
  return typeof path === "string" && isTransient(path.slice(0, path.lastIndexOf("/")));
}

/** Waits until a transient command has ended, or is not there. */
export async function endOfTransient(
  { connection, clock }: TransientOptions,
  unit: string,
  signal: AbortSignal,
): Promise<TransientState> {
  requireService(unit);
  const before = await observeRow(connection, unit, signal);
  using events = await UnitEvents.listen({ connection, clock, row: before }, signal);
  for (;;) {
    const { count } = events;
    const state = await transientState(connection, unit, signal);
    if (state.type !== "running") return state;
    await events.beyond(count, signal);
  }
}

/**
 * Makes systemd forget one that has ended.
 * @throws {Fault} UnitFailed, when it still runs: it is not stopped in the middle.
 */
export async function forgetTransient(
  { connection, clock }: TransientOptions,
  unit: string,
  signal: AbortSignal,
): Promise<void> {
  const state = await transientState(connection, unit, signal);
  if (state.type === "absent") return;
  if (state.type === "running") throw runningFault(unit);
  const before = await observeRow(connection, unit, signal);
  using events = await UnitEvents.listen({ connection, clock, row: before }, signal);
  const isFailed = before.active === "failed";
  const call = isFailed
    ? systemdCall("ResetFailedUnit", "s", [unit])
    : systemdCall("StopUnit", "ss", [unit, "fail"]);
  await connection.call(call, signal).catch((error: unknown) => {
    if (error instanceof CallRefused && refusalWord(error) === "NoSuchUnit") return;
    throw refusalFault(error, `to forget ${unit}`);
  });
  for (;;) {
    const { count } = events;
    if ((await transientState(connection, unit, signal)).type === "absent") return;
    await events.beyond(count, signal);
  }
}

function runningFault(unit: string): Fault {
  return new Fault({
    reason: "UnitFailed",
    message: `${unit} still runs, and is not cut off in the middle`,
    resolution: "Wait until it has ended.",
  });
}
