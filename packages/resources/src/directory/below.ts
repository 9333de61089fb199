import {
  Fault,
  type FileEntry,
  type FileReader,
  type Observation,
  throwIfAborted,
} from "@holdfast/core";

/** Most entries below one directory that are read. */
const MAX_ENTRIES = 100_000;

/** An entry below a directory, of any type. */
export interface EntryBelow {
  /** Absolute. */
  readonly path: string;
  readonly entry: FileEntry;
}

/** An entry that is closed to us, or a directory in which everything is: nobody knows what is below it. */
export interface UnreadEntry {
  /** Absolute. */
  readonly path: string;
  readonly fault: Fault;
}

/** What is below a directory. */
export interface Below {
  /** Parents first. */
  readonly entries: readonly EntryBelow[];
  readonly unread: readonly UnreadEntry[];
}

/** A directory that was observed. */
export interface TopDirectory {
  readonly path: string;
  readonly device: number;
}

/**
 * What is below a directory as the machine has it: what is closed to us is asked for once more, so that trouble of a moment is
 * not taken for rights that we do not have.
 * @throws {Fault} as `listBelow`; what keeps the directory itself from being read.
 */
export async function readBelow(
  top: TopDirectory,
  files: FileReader,
  signal: AbortSignal,
): Promise<Below> {
  const first = await listBelow(top, files, signal);
  if (first.unread.length === 0) return first;
  const second = await listBelow(top, files, signal);
  if (second.unread.length === 0) return second;
  const found = await files.read({ path: top.path, content: "none" }, signal);
  if (found.type === "unknown") throw found.fault;
  return second;
}

/**
 * Everything below `top`, parents first. Links are not followed; another file system mounted below is left out, and so is
 * what vanishes meanwhile. What is closed to us stays so until somebody opens it: the others are in the answer all the same.
 * @throws {Fault} ContentTooLarge, above 100,000 entries; Aborted; what else keeps an entry from being read.
 */
export async function listBelow(
  top: TopDirectory,
  files: FileReader,
  signal: AbortSignal,
): Promise<Below> {
  const entries: EntryBelow[] = [];
  const unread: UnreadEntry[] = [];
  const pending = [top.path];
  for (let at = 0; at < pending.length; at++) {
    throwIfAborted(signal);
    const directory = pending[at] ?? "";
    const found = await listOne(directory, files, signal);
    unread.push(...found.unread);
    for (const one of found.entries) {
      if (one.entry.device !== top.device) continue;
      entries.push(one);
      if (one.entry.type === "directory") pending.push(one.path);
    }
    if (entries.length > MAX_ENTRIES) throw tooMany(top.path);
  }
  return { entries, unread };
}

async function listOne(directory: string, files: FileReader, signal: AbortSignal): Promise<Below> {
  const listed = await files.list(directory, signal);
  if (listed.type === "unknown") return { entries: [], unread: [closed(directory, listed.fault)] };
  const names = listed.type === "present" ? listed.value : [];
  const base = directory === "/" ? "" : directory;
  const paths = names.map((name) => `${base}/${name}`);
  const readings = await files.readMany(
    paths.map((path) => ({ path, content: "none" as const })),
    signal,
  );
  return {
    entries: each(paths, readings, (path, reading) =>
      reading.type === "present" ? [{ path, entry: reading.value.entry }] : [],
    ),
    unread: each(paths, readings, (path, reading) =>
      reading.type === "unknown" ? [closed(path, reading.fault)] : [],
    ),
  };
}

/** @throws {Fault} itself, where it says no more than that the machine is in trouble. */
function closed(path: string, fault: Fault): UnreadEntry {
  if (fault.reason !== "PermissionDenied") throw fault;
  return { path, fault };
}

function each<Reading extends Observation<unknown>, T>(
  paths: readonly string[],
  readings: readonly Reading[],
  pick: (path: string, reading: Reading) => readonly T[],
): readonly T[] {
  return readings.flatMap((reading, position) => pick(paths[position] ?? "", reading));
}

function tooMany(path: string): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `there are more than ${MAX_ENTRIES} entries below ${path}`,
    resolution: "Declare recurse on smaller directories below it.",
  });
}
