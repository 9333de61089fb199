import { lstat, readdir, stat, unlink } from "node:fs/promises";
import type { Stats } from "node:fs";
import type { Clock } from "../clock.ts";
import { type DaemonFault, throwIfAborted } from "../daemon-fault.ts";
import { codeOf } from "../error-code.ts";
import { decodeName, encodePath } from "../files/byte-names.ts";
import { fileFault, openDirectory, type OpenDirectory } from "../files/own-directory.ts";
import { optionFault } from "../option.ts";
import { systemClock } from "../system.ts";
import { choosePrunable, type PruneReason, type PruneRules } from "./choose.ts";
import {
  ageFromModification,
  type AgeSource,
  type PrunableFile,
  type PruneStrategy,
} from "./strategy.ts";

/** What is pruned, and by which rules. At least one of `expired` and `keepNewest` is given. */
export interface PruneOptions {
  /** Its regular files are judged; directories, links and whatever else lies there are not touched. */
  readonly directory: string;
  /** Which names are judged at all. Default: all. */
  readonly matches?: (name: string) => boolean;
  /** Names in the directory that are being written now, or a link to one that is. They are never touched. */
  readonly live?: readonly string[];
  /** How old a file is, for the order of files. Default: by its modification. */
  readonly age?: AgeSource;
  /**
   * First pass: what goes because it has had its time, which is at most that of the newest file there is: what nobody adds
   * to any more loses nothing to a clock. Default: nothing.
   */
  readonly expired?: PruneStrategy;
  /** Second pass: of what the first left, only so many of the newest stay. Default: all. */
  readonly keepNewest?: number;
  /** So many of the newest stay in both passes, however old they are. Default 1. */
  readonly keepAtLeast?: number;
  /** Say what would be removed, and remove nothing. Default false. */
  readonly isDryRun?: boolean;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** A file that was removed. */
export interface RemovedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly because: PruneReason;
}

/** What a pruning did. */
export interface PruneResult {
  readonly removed: readonly RemovedFile[];
  /** What should have gone and could not be removed. */
  readonly failed: readonly { readonly name: string; readonly fault: DaemonFault }[];
}

/**
 * Removes old files from a directory. Each is checked again right before it goes: one that was replaced or written
 * since stays.
 * @throws {DaemonFault} OptionInvalid; NotFound, PathUnsafe (the directory is a link), FileFailed; the fault of the
 *   signal, which is heeded between two files.
 */
export async function prune(options: PruneOptions, signal: AbortSignal): Promise<PruneResult> {
  const rules = parseRules(options);
  const { clock = systemClock, isDryRun = false } = options;
  throwIfAborted(signal);
  await using directory = await openDirectory(options.directory);
  const { found, newestMs } = await observeSurroundings(directory, options);
  const files = [...found.values()].map(({ file }) => file);
  const removed: RemovedFile[] = [];
  const failed: { name: string; fault: DaemonFault }[] = [];
  // A clock that has jumped ahead is not believed further than the files bear it out.
  const nowMs = Math.min(clock.wallMs(), newestMs);
  for (const { file, because } of choosePrunable(files, rules, nowMs)) {
    throwIfAborted(signal);
    const { name, sizeBytes } = file;
    try {
      const isGone = isDryRun || (await removeUnchanged(directory, name, found.get(name)?.entry));
      if (isGone) removed.push({ name, sizeBytes, because });
    } catch (error) {
      failed.push({ name, fault: fileFault(`${options.directory}/${name}`, error) });
    }
  }
  return { removed, failed };
}

function parseRules(options: PruneOptions): PruneRules {
  const { age = ageFromModification, expired, keepNewest, keepAtLeast = 1 } = options;
  if (expired === undefined && keepNewest === undefined) {
    throw optionFault("nothing says what is to be pruned", "Give expired, keepNewest or both.");
  }
  if (keepNewest !== undefined && !(Number.isInteger(keepNewest) && keepNewest >= 1)) {
    throw optionFault(`keepNewest is ${keepNewest}`, "Give keepNewest a whole number from 1.");
  }
  if (!(Number.isInteger(keepAtLeast) && keepAtLeast >= 0)) {
    throw optionFault(`keepAtLeast is ${keepAtLeast}`, "Give keepAtLeast a whole number from 0.");
  }
  return { age, expired, keepNewest, keepAtLeast };
}

interface FoundFile {
  readonly file: PrunableFile;
  readonly entry: Stats;
}

interface Surroundings {
  /** The regular files that may be judged, by name. */
  readonly found: ReadonlyMap<string, FoundFile>;
  /** When the last of all regular files was written, judged or not. */
  readonly newestMs: number;
}

async function observeSurroundings(
  directory: OpenDirectory,
  { matches = () => true, live = [] }: PruneOptions,
): Promise<Surroundings> {
  const found = new Map<string, FoundFile>();
  let newestMs = Number.NEGATIVE_INFINITY;
  try {
    const isLive = await liveness(directory, live);
    for (const bytes of await readdir(directory.at("."), "buffer")) {
      const name = decodeName(bytes);
      const entry = await unlessGone(lstat(encodePath(directory.at(name))));
      if (entry === undefined || !entry.isFile()) continue;
      newestMs = Math.max(newestMs, entry.mtimeMs);
      if (!matches(name) || isLive(name, entry)) continue;
      found.set(name, {
        file: { name, sizeBytes: entry.size, modifiedMs: entry.mtimeMs },
        entry,
      });
    }
  } catch (error) {
    throw fileFault(directory.path, error);
  }
  return { found, newestMs };
}

/** Live is a name that is said to be, and every other name of the same file. */
async function liveness(
  directory: OpenDirectory,
  live: readonly string[],
): Promise<(name: string, entry: Stats) => boolean> {
  const files = new Set<string>();
  for (const name of live) {
    const entry = await unlessGone(stat(directory.at(name)));
    if (entry !== undefined) files.add(identity(entry));
  }
  return (name, entry) => live.includes(name) || files.has(identity(entry));
}

/** @returns false when it is no longer the file that was judged. */
async function removeUnchanged(
  directory: OpenDirectory,
  name: string,
  judged: Stats | undefined,
): Promise<boolean> {
  const path = encodePath(directory.at(name));
  const now = await unlessGone(lstat(path));
  const isSame =
    now !== undefined &&
    judged !== undefined &&
    now.isFile() &&
    identity(now) === identity(judged) &&
    now.mtimeMs === judged.mtimeMs &&
    now.size === judged.size;
  if (isSame) await unlink(path);
  return isSame;
}

function identity({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

async function unlessGone(observing: Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await observing;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
