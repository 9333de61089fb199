import type { FileReader, FileReading, Observation, UnitName } from "@holdfast/core";
import { dropInNames } from "./drop-in-names.ts";
import { isMask, readFiles } from "./read-files.ts";
import type { UnitDirectory } from "./unit-directories.ts";

/** The drop-ins of a unit. */
export interface DropIns {
  /** In the order in which they apply. */
  readonly paths: readonly string[];
  /** Whether one may have an [Install] section. */
  readonly isExtended: boolean;
}

/** Of a unit that has none. */
export const NO_DROP_INS: DropIns = { paths: [], isExtended: false };

/**
 * Reads the drop-ins of each unit: of two with one name that which is more particular, or in the directory that counts
 * more; a mask removes it.
 */
export async function readDropIns(
  files: FileReader,
  { units, directories }: { units: readonly UnitName[]; directories: readonly UnitDirectory[] },
  signal: AbortSignal,
): Promise<readonly DropIns[]> {
  const wanted = units.map((unit) => dropInDirectories(unit, directories));
  const places = [...new Set(wanted.flat())];
  const lists = await Promise.all(places.map((path) => files.list(path, signal)));
  const namesIn = new Map(places.map((path, at) => [path, confNames(lists[at])]));
  const counting = wanted.map((own) => firstOfEachName(own, namesIn));
  const paths = [...new Set(counting.flat())];
  const readings = await readFiles(files, paths, signal);
  const byPath = new Map(paths.map((path, at) => [path, readings[at]]));
  return counting.map((own) => {
    const kept = own.filter((path) => !isMask(byPath.get(path) ?? { type: "absent" }));
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

function confNames(list: Observation<readonly string[]> | undefined): readonly string[] {
  return list?.type === "present" ? list.value.filter((name) => name.endsWith(".conf")) : [];
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

/** What could not be read may. */
function mayInstall(reading: Observation<FileReading> | undefined): boolean {
  const bytes = reading?.type === "present" ? reading.value.bytes : undefined;
  return bytes === undefined || /^\s*\[Install\]/m.test(new TextDecoder().decode(bytes));
}
