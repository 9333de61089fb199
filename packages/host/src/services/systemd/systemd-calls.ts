import type { ActiveState, LoadState } from "@holdfast/core";
import { dictionaryOf, listOf, numberOf, oneOf, textOf, unreadable } from "./bus-values.ts";
import { refusalFault, refusalWord } from "./refusal-fault.ts";
import type { SystemdConnection } from "./systemd-connection.ts";
import { type BusCall, CallRefused } from "./systemd-link.ts";

/** What a list of units says of one. */
export interface UnitRow {
  readonly name: string;
  readonly description: string;
  readonly load: LoadState;
  readonly active: ActiveState;
  readonly sub: string;
  /** Its object. */
  readonly path: string;
  /** The object of the job that is queued or under way; `undefined` when there is none. */
  readonly job: string | undefined;
}

/** The units of one question: no answer is then longer than some hundred kilobytes. */
const MOST_UNITS = 512;
const SYSTEMD = {
  path: "/org/freedesktop/systemd1",
  interface: "org.freedesktop.systemd1.Manager",
};
const PROPERTIES = "org.freedesktop.DBus.Properties";
const LOAD_STATES = [
  "loaded",
  "not-found",
  "bad-setting",
  "error",
  "masked",
  "stub",
  "merged",
] as const;
const ACTIVE_STATES = [
  "active",
  "reloading",
  "refreshing",
  "inactive",
  "failed",
  "activating",
  "deactivating",
  "maintenance",
] as const;

/** A call of systemd's own object. */
export function systemdCall(
  member: string,
  signature?: string,
  body?: readonly unknown[],
): BusCall {
  const call = { ...SYSTEMD, member };
  return signature === undefined ? call : { ...call, signature, body: body ?? [] };
}

/**
 * What many units do, in the order of their names; it loads what is not loaded. A template or an invalid name among them
 * fails all.
 */
export async function listUnits(
  connection: SystemdConnection,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly UnitRow[]> {
  const rows: UnitRow[] = [];
  for (let start = 0; start < names.length; start += MOST_UNITS) {
    const part = names.slice(start, start + MOST_UNITS);
    rows.push(...(await listSome(connection, part, signal)));
  }
  return rows;
}

async function listSome(
  connection: SystemdConnection,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly UnitRow[]> {
  const call = systemdCall("ListUnitsByNames", "as", [names]);
  const [rows] = await connection.call(call, signal).catch((error: unknown) => {
    throw refusalFault(error, "to list units");
  });
  const read = listOf(rows, "a list of units").map(readRow);
  // It leaves out what it does not take for a name; then nobody knows which row is whose.
  return read.length === names.length ? read : unreadable("a list of other units than asked for");
}

function readRow(row: unknown): UnitRow {
  const [name, description, load, active, sub, , path, jobId, , job] = listOf(row, "a unit");
  return {
    name: textOf(name, "the name of a unit"),
    description: textOf(description, "a description"),
    load: oneOf(load, LOAD_STATES, "the load state of a unit"),
    active: oneOf(active, ACTIVE_STATES, "the state of a unit"),
    sub: textOf(sub, "the sub-state of a unit"),
    path: textOf(path, "the object of a unit"),
    job: numberOf(jobId, "a job") === 0 ? undefined : textOf(job, "the object of a job"),
  };
}

/** Every property of a unit, of all its interfaces. */
export async function unitProperties(
  connection: SystemdConnection,
  path: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, unknown>> {
  const call = { path, interface: PROPERTIES, member: "GetAll", signature: "s", body: [""] };
  const [properties] = await connection.call(call, signal).catch((error: unknown) => {
    throw refusalFault(error, "to describe a unit");
  });
  return dictionaryOf(properties, "the properties of a unit");
}

/** What `systemctl is-enabled` says of a unit, read from the disk by systemd; `undefined` when it has no file. */
export async function unitFileState(
  connection: SystemdConnection,
  unit: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const [state] = await connection.call(systemdCall("GetUnitFileState", "s", [unit]), signal);
    return textOf(state, "the state of a unit file");
  } catch (error) {
    if (error instanceof CallRefused && NO_FILE.has(refusalWord(error))) return undefined;
    throw refusalFault(error, `to say how ${unit} is enabled`);
  }
}

const NO_FILE: ReadonlySet<string> = new Set(["FileNotFound", "NoSuchUnit"]);

/** The directories of unit files, the one that counts most first. */
export async function searchPath(
  connection: SystemdConnection,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const call = {
    path: SYSTEMD.path,
    interface: PROPERTIES,
    member: "Get",
    signature: "ss",
    body: [SYSTEMD.interface, "UnitPath"],
  };
  const [directories] = await connection.call(call, signal).catch((error: unknown) => {
    throw refusalFault(error, "to say where unit files are");
  });
  return listOf(directories, "the directories of unit files").map((directory) =>
    textOf(directory, "a directory of unit files"),
  );
}
