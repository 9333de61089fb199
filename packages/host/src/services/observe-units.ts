import {
  ABSENT,
  type Enablement,
  Fault,
  type FileReader,
  isTemplate,
  type Lasting,
  type Observation,
  parseUnitName,
  present,
  toFault,
  type UnitDetails,
  type UnitName,
  type UnitReading,
  type UnitRequest,
  unknown,
} from "@holdfast/core";
import { invalidUnitFault } from "./job-faults.ts";
import type { SystemdConnection } from "./systemd/systemd-connection.ts";
import { listUnits, type UnitRow, unitFileState, unitProperties } from "./systemd/systemd-calls.ts";
import { readEnablement } from "./unit-files/enablement.ts";
import { readUnitFiles, type UnitFiles } from "./unit-files/read-unit-files.ts";
import { readDetails } from "./unit-details.ts";

/** What units are observed with. */
export interface ObserveOptions {
  readonly files: FileReader;
  /** The directories of unit files. */
  readonly searchPath: readonly string[];
  /** `undefined` in another root: then nothing is known of what runs, and what the disk cannot tell is unknown. */
  readonly connection: SystemdConnection | undefined;
}

/** What is to be known of one unit. */
interface Wanted {
  readonly unit: UnitName;
  readonly details: boolean;
}

/**
 * Observes many units: their states by one question for hundreds, their files by reading, and by one question each only
 * what reading cannot decide and the details that were asked for.
 */
export async function observeUnits(
  options: ObserveOptions,
  requests: readonly UnitRequest[],
  signal: AbortSignal,
): Promise<readonly Observation<UnitReading>[]> {
  const names = requests.map(({ unit }) => parseUnitName(unit));
  const wanted = new Map<string, Wanted>();
  for (const [at, unit] of names.entries()) {
    if (unit === undefined) continue;
    const details = wanted.get(unit.name)?.details === true || requests[at]?.details === true;
    wanted.set(unit.name, { unit, details });
  }
  const observed = await observeWanted(options, [...wanted.values()], signal);
  return requests.map(({ unit }) => observed.get(unit) ?? unknown(invalidUnitFault(unit)));
}

async function observeWanted(
  options: ObserveOptions,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Observation<UnitReading>>> {
  const units = wanted.map(({ unit }) => unit);
  const [files, rows] = await Promise.all([
    readUnitFiles(options, units, signal),
    readRows(options.connection, units, signal),
  ]);
  const observe = async ({ unit, details }: Wanted, at: number) => {
    const own = files[at] ?? NO_FILES;
    const row = rows.get(unit.name);
    const observation = await observeOne({ options, unit, details, own, row }, signal);
    return [unit.name, observation] as const;
  };
  return new Map(await Promise.all(wanted.map(observe)));
}

const NO_FILES: UnitFiles = {
  path: undefined,
  isLink: false,
  mask: undefined,
  dropIns: [],
  enablement: undefined,
};

/** What each unit does; a template does nothing. A fault concerns all of them. */
async function readRows(
  connection: SystemdConnection | undefined,
  units: readonly UnitName[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, UnitRow | Fault>> {
  const names = units.filter((unit) => !isTemplate(unit)).map(({ name }) => name);
  if (connection === undefined || names.length === 0) return new Map();
  try {
    const rows = await listUnits(connection, names, signal);
    return new Map(rows.map((row, at) => [names[at] ?? row.name, row]));
  } catch (error) {
    if (signal.aborted) throw error;
    const fault = toFault(error);
    return new Map(names.map((name) => [name, fault]));
  }
}

interface One {
  readonly options: ObserveOptions;
  readonly unit: UnitName;
  readonly details: boolean;
  readonly own: UnitFiles;
  readonly row: UnitRow | Fault | undefined;
}

async function observeOne(
  { options, unit, details, own, row }: One,
  signal: AbortSignal,
): Promise<Observation<UnitReading>> {
  if (row instanceof Fault) return unknown(row);
  if (isAbsent(own, row)) return ABSENT;
  try {
    const enabled = await decide(options.connection, unit, own, signal);
    const { path, dropIns } = own;
    const asked = details ? await detailsOf(options.connection, row, own, signal) : undefined;
    return present({
      name: row?.name ?? unit.name,
      runtime: row === undefined ? undefined : { ...runtimeOf(row), details: asked },
      ...enabled,
      path,
      dropIns,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    return unknown(toFault(error));
  }
}

/** No file, no mask, and nothing of it in systemd's memory. */
function isAbsent({ path, mask }: UnitFiles, row: UnitRow | undefined): boolean {
  if (path !== undefined || mask !== undefined) return false;
  return row === undefined || (row.load === "not-found" && row.active === "inactive");
}

function runtimeOf({ load, active, sub, description, job }: UnitRow) {
  return { load, active, sub, description, hasJob: job !== undefined };
}

interface Enabled {
  readonly enablement: Enablement | undefined;
  readonly mask: Lasting | undefined;
}

async function decide(
  connection: SystemdConnection | undefined,
  unit: UnitName,
  { enablement, mask }: UnitFiles,
  signal: AbortSignal,
): Promise<Enabled> {
  if (enablement !== "undecided") return { enablement, mask };
  if (connection === undefined) throw undecidedFault(unit.name);
  const word = await unitFileState(connection, unit.name, signal);
  if (word === undefined) return { enablement: undefined, mask };
  const said = readEnablement(word);
  // It was masked in this moment.
  if (said === "masked") return { enablement: undefined, mask: "persistent" };
  if (said === "masked-runtime") return { enablement: undefined, mask: "runtime" };
  return { enablement: said, mask };
}

async function detailsOf(
  connection: SystemdConnection | undefined,
  row: UnitRow | undefined,
  own: UnitFiles,
  signal: AbortSignal,
): Promise<UnitDetails | undefined> {
  if (connection === undefined || row === undefined) return undefined;
  return readDetails(await unitProperties(connection, row.path, signal), own);
}

function undecidedFault(unit: string): Fault {
  return new Fault({
    reason: "ServicesUnavailable",
    message: `how ${unit} is enabled cannot be read from the files of another root alone`,
    resolution: "Declare it in the machine itself, where systemd can be asked.",
  });
}
