import type { Fault, FileReader, FileReading, Observation, UnitName } from "@holdfast/core";
import { dropInNames } from "./drop-in-names.ts";
import { isMask, readFiles } from "./read-files.ts";
import { firstFault, type UnitDirectory } from "./unit-directories.ts";

/** The drop-ins of a unit. */
export interface DropIns {
  /** In the order in which they apply. */
  readonly paths: readonly string[];
  /** Whether one may have an [Install] section. */
  readonly isExtended: boolean;
}

/** Of a unit that has none. */
export const NO_DROP_INS: DropIns = { paths: [], isExtended: false };

const NOTHING = { type: "absent" } as const;

/**
 * Reads the drop-ins of each unit: of two with one name that which is more particular, or in the directory that counts
 * more; a mask removes it. A fault where they could not be read.
 */
export async function readDropIns(
  files: FileReader,
  { units, directories }: { units: readonly UnitName[]; directories: readonly UnitDirectory[] },
  signal: AbortSignal,
): Promise<readonly (DropIns | Fault)[]> {
  const wanted = units.map((unit) => dropInDirectories(unit, directories));
  const places = [...new Set(wanted.flat())];
  const lists = await Promise.all(places.map((path) => files.list(path, signal)));
  const listOf = new Map(places.map((path, at) => [path, lists[at] ?? NOTHING]));
  const namesIn = new Map([...listOf].map(([path, list]) => [path, confNames(list)]));
  const counting = wanted.map((own) => firstOfEachName(own, namesIn));
  const paths = [...new Set(counting.flat())];
  const readings = await readFiles(files, paths, signal);
  const byPath = new Map(paths.map((path, at) => [path, readings[at]]));
  return counting.map((own, at) => {
    const read = own.map((path) => byPath.get(path) ?? NOTHING);
    const listed = (wanted[at] ?? []).map((path) => listOf.get(path) ?? NOTHING);
    const fault = firstFault([...listed, ...read]);
    if (fault !== undefined) return fault;
    const kept = own.filter((path) => !isMask(byPath.get(path) ?? NOTHING));
    return { paths: kept, isExtended: kept.some((path) => mayInstall(byPath.get(path))) };
  });
}

function dropInDirectories(
  unit: UnitName,
  directories: readonly UnitDirectory[],
): readonly string[] {
  const names = dropInNames(unit);
  const pathsOf = (wanted: readonly string[]): readonly string[] =>
    directories.flatMap(({ path, names: there }) =>
      wanted.filter((name) => there.has(name)).map((name) => `${path}/${name}`),
    );
  // Those of the type come last, whatever the directory.
  return [...pathsOf(names.slice(0, -1)), ...pathsOf(names.slice(-1))];
}

function confNames(list: Observation<readonly string[]>): readonly string[] {
  return list.type === "present" ? list.value.filter((name) => name.endsWith(".conf")) : [];
}

function firstOfEachName(
  directories: readonly string[],
  namesIn: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const byName = new Map<string, string>();
  for (const directory of directories) {
    for (const name of namesIn.get(directory) ?? [])
      if (!byName.has(name)) byName.set(name, `${directory}/${name}`);
  }
  return [...byName].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, path]) => path);
}

/** What is too long to be read may. */
function mayInstall(reading: Observation<FileReading> | undefined): boolean {
  const bytes = reading?.type === "present" ? reading.value.bytes : undefined;
  return bytes === undefined || /^\s*\[Install\]/m.test(new TextDecoder().decode(bytes));
}
