import type { Clock } from "@holdfast/core";
import { seriesFiles, systemLogCalls } from "@holdfast/daemonkit/eventlog";
import {
  type AgeSource,
  olderThan,
  prune,
  type PruneOptions,
  type RemovedFile,
} from "@holdfast/daemonkit/prune";

/**
 * How much of a series is kept. The file that is being written, and the one before it, whose last line it follows, are
 * never touched.
 */
export interface KeptEvents {
  /**
   * A file whose last event is older goes, once as many files have been begun since: a new one is begun on a day at most,
   * so that a clock that is wrong takes no file with it that is young. Default 90.
   */
  readonly days?: number;
  /** So many of the newest files stay at most, besides the one that is being written. Default 120. */
  readonly files?: number;
}

/** What is pruned. */
export interface PruneEventsOptions {
  readonly directory: string;
  readonly series: string;
  readonly keep: KeptEvents;
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 90;
const DEFAULT_FILES = 120;

/**
 * Removes the oldest files of a series, one after the other, so that what stays is one chain whatever happens meanwhile.
 * The last change of a file gives its age; its number gives the order. A file that must stay keeps all after it.
 * @throws {DaemonFault} PathUnsafe, FileFailed, OptionInvalid; the fault of the signal.
 */
export async function pruneEvents(
  { directory, series, keep, clock }: PruneEventsOptions,
  signal: AbortSignal,
): Promise<readonly RemovedFile[]> {
  const files = seriesFiles(await systemLogCalls.list(directory), series);
  const closed = files.slice(0, -1);
  if (closed.length < 2) return [];
  const place = { directory, live: files.slice(-2).map(({ name }) => name), clock };
  const numbers = new Map(closed.map(({ name, number }) => [name, number]));
  // By number: a machine without a clock knows all the same which file is newer.
  const age: AgeSource = ({ name }) => numbers.get(name);
  const reasons = await whyEachGoes({ place, age, keep }, signal);
  const removed: RemovedFile[] = [];
  for (const { name } of closed) {
    const because = reasons.get(name);
    if (because === undefined) break;
    const only = { ...place, age, matches: (each: string) => each === name, keepAtLeast: 0 };
    const result = await prune({ ...only, expired: () => "expired" }, signal);
    const [failure] = result.failed;
    if (failure !== undefined) throw failure.fault;
    removed.push(...result.removed.map((file) => ({ ...file, because })));
  }
  return removed;
}

interface Judged {
  readonly place: Pick<PruneOptions, "directory" | "clock"> & { readonly live: readonly string[] };
  /** The numbers of the files that are no longer written. */
  readonly age: AgeSource;
  readonly keep: KeptEvents;
}

/** Which files have had their time, or are beyond the number that stays. */
async function whyEachGoes({ place, age, keep }: Judged, signal: AbortSignal) {
  const isClosed = (name: string): boolean =>
    age({ name, sizeBytes: 0, modifiedMs: 0 }) !== undefined;
  const judged = { ...place, matches: isClosed, isDryRun: true };
  const days = keep.days || DEFAULT_DAYS;
  const expired = olderThan(days * DAY_MS);
  const keepAtLeast = Math.max(0, days - place.live.length);
  const old = await prune({ ...judged, age, expired, keepAtLeast }, signal);
  const keepNewest = keep.files || DEFAULT_FILES;
  // The file before the live one is one of those that stay.
  const many = await prune({ ...judged, live: place.live.slice(-1), age, keepNewest }, signal);
  return new Map([...many.removed, ...old.removed].map(({ name, because }) => [name, because]));
}
