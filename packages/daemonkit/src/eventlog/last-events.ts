import { join } from "node:path";
import { systemLogCalls } from "../appendlog/system-log-calls.ts";
import { DaemonFault } from "../daemon-fault.ts";
import { type ReadEvent, readEvents } from "./read-events.ts";
import { seriesFiles } from "./series-files.ts";

/** Which events of a series are read. */
export interface LastEventsOptions {
  readonly directory: string;
  readonly series: string;
  /** As many of the newest at most; at least 1. */
  readonly limit: number;
  /** Only those from this time of the wall clock on, in milliseconds since 1970. Default: all. */
  readonly sinceMs?: number;
}

/** An event that was read, and where it stands. */
export interface SeriesEvent extends ReadEvent {
  readonly file: string;
}

/**
 * Reads the newest events of a series, the oldest of them first. It reads no more files than it needs, the newest first.
 * @throws {DaemonFault} PathUnsafe, FileFailed; the fault of the signal.
 */
export async function lastEvents(
  options: LastEventsOptions,
  signal: AbortSignal,
): Promise<readonly SeriesEvent[]> {
  const { directory, series, limit, sinceMs = Number.NEGATIVE_INFINITY } = options;
  const files = seriesFiles(await systemLogCalls.list(directory), series).toReversed();
  let found: readonly SeriesEvent[] = [];
  for (const { name } of files) {
    const wanted = { limit: limit - found.length, sinceMs };
    const { events, isOlder } = await newestIn(join(directory, name), wanted, signal);
    found = [...events.map((event) => ({ ...event, file: name })), ...found];
    if (found.length >= limit || isOlder) break;
  }
  return found;
}

interface Wanted {
  readonly limit: number;
  readonly sinceMs: number;
}

/** `isOlder`: the file begins before the wanted time, so nothing is wanted of the files before it. */
async function newestIn(path: string, { limit, sinceMs }: Wanted, signal: AbortSignal) {
  const events: ReadEvent[] = [];
  let isOlder = false;
  try {
    for await (const event of readEvents(path, signal)) {
      if (Date.parse(event.record.ts) < sinceMs) {
        isOlder = true;
        continue;
      }
      events.push(event);
      // A file may be long; what is held of it is not.
      if (events.length >= 2 * limit) events.splice(0, events.length - limit);
    }
  } catch (error) {
    // Pruned since it was listed.
    if (!(error instanceof DaemonFault && error.reason === "NotFound")) throw error;
    isOlder = true;
  }
  return { events: events.slice(-limit), isOlder };
}
