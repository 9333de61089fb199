import {
  Fault,
  type FileEntry,
  type FileReader,
  type Observation,
  throwIfAborted,
} from "@holdfast/core";

/** Most entries below one directory that are read. */
const MAX_ENTRIES = 100_000;

/** A file or directory below a directory. */
export interface EntryBelow {
  /** Absolute. */
  readonly path: string;
  readonly entry: FileEntry;
}

/**
 * All regular files and directories below `top`, parents first. Links are neither followed nor listed; another file
 * system mounted below is left out.
 * @throws {Fault} ContentTooLarge, above 100,000 entries; the fault of an entry that cannot be read.
 */
export async function listBelow(
  top: { readonly path: string; readonly device: number },
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly EntryBelow[]> {
  const below: EntryBelow[] = [];
  const pending = [top.path];
  for (let at = 0; at < pending.length; at++) {
    throwIfAborted(signal);
    const directory = pending[at] ?? "";
    for (const found of await listOne(directory, files, signal)) {
      if (found.entry.device !== top.device) continue;
      below.push(found);
      if (found.entry.type === "directory") pending.push(found.path);
    }
    if (below.length > MAX_ENTRIES) throw tooMany(top.path);
  }
  return below;
}

async function listOne(
  directory: string,
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly EntryBelow[]> {
  const names = valueOf(await files.list(directory, signal)) ?? [];
  const base = directory === "/" ? "" : directory;
  const paths = names.map((name) => `${base}/${name}`);
  const readings = await files.readMany(
    paths.map((path) => ({ path, content: "none" as const })),
    signal,
  );
  return readings.flatMap((reading, position) => {
    const entry = valueOf(reading)?.entry;
    const path = paths[position];
    if (entry === undefined || path === undefined) return [];
    return entry.type === "file" || entry.type === "directory" ? [{ path, entry }] : [];
  });
}

/** An entry that vanished meanwhile is none; one that cannot be read makes the whole unknown. */
function valueOf<T>(observation: Observation<T>): T | undefined {
  if (observation.type === "unknown") throw observation.fault;
  return observation.type === "present" ? observation.value : undefined;
}

function tooMany(path: string): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `there are more than ${MAX_ENTRIES} entries below ${path}`,
    resolution: "Declare recurse on smaller directories below it.",
  });
}
