import { Fault, type JsonObject, throwIfAborted } from "@holdfast/core";
import {
  DaemonFault,
  describeSeriesVerdict,
  type EventRecord,
  lastEvents,
  type SeriesVerdict,
  verifyEventSeries,
} from "@holdfast/daemonkit/eventlog";
import { EVENTS_SERIES, eventsDirectoryUnder } from "./event-files.ts";

/** The root whose event log is read. */
export interface RecordsPlace {
  /** Absolute. */
  readonly root: string;
}

/** An event of the past, as clients of the agent got it; events of the log itself have their reason as type. */
export type KeptRecord = JsonObject;

/** Whether an event log is as it was written. */
export interface RecordsVerdict {
  readonly directory: string;
  readonly verdict: SeriesVerdict;
  /** What was found and what it means, as sentences. */
  readonly words: readonly string[];
}

/**
 * The newest events of a root, at most `limit`, the oldest of them first; only those since a time of the wall clock, in
 * milliseconds since 1970, where one is given.
 * @throws {Fault} PermissionDenied, PathUnsafe, HostFailed; Aborted.
 */
export async function lastRecords(
  { root }: RecordsPlace,
  { limit, sinceMs }: { readonly limit: number; readonly sinceMs?: number },
  signal: AbortSignal,
): Promise<readonly KeptRecord[]> {
  const directory = await eventsDirectoryUnder(root);
  const since = sinceMs === undefined ? {} : { sinceMs };
  const events = await reading(signal, () =>
    lastEvents({ directory, series: EVENTS_SERIES, limit, ...since }, signal),
  );
  return events.map(({ record }) => keptRecord(record));
}

/** The event that clients got, of an entry of the log. */
export function keptRecord({ ts, reason, msg, data = {} }: EventRecord): KeptRecord {
  if (data["type"] === undefined) return { type: reason, at: ts, message: msg };
  const { eventId: _, ...published } = data as JsonObject;
  if (data["id"] === undefined) return published;
  const { generation: __, ...ofResource } = published;
  return ofResource;
}

/**
 * Recomputes the chain of a root's event log. A last line that is being written in this moment is read once more.
 * @throws {Fault} as `lastRecords`.
 */
export async function verifyRecords(
  { root }: RecordsPlace,
  expectedHead: string | undefined,
  signal: AbortSignal,
): Promise<RecordsVerdict> {
  const directory = await eventsDirectoryUnder(root);
  const expected = expectedHead === undefined ? {} : { expectedHead };
  const verify = () => verifyEventSeries({ directory, series: EVENTS_SERIES, ...expected }, signal);
  const verdict = await reading(signal, async () => {
    const first = await verify();
    return first.type === "torn" ? verify() : first;
  });
  return { directory, verdict, words: describeSeriesVerdict(verdict) };
}

/** @throws {Fault} NotPrivileged, PathUnsafe, HostFailed; that of the signal. */
export async function reading<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throwIfAborted(signal);
    throw error instanceof DaemonFault ? unreadable(error) : error;
  }
}

function unreadable(fault: DaemonFault): Fault {
  const { cause, reason, message, resolution } = fault;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EACCES" || code === "EPERM") {
    return new Fault({
      reason: "NotPrivileged",
      message: `this user may not read the event log: ${message}`,
      resolution: "Ask as root, or as a member of the group that the directory belongs to.",
      cause: fault,
    });
  }
  return new Fault({
    reason: reason === "PathUnsafe" ? "PathUnsafe" : "HostFailed",
    message: `the event log cannot be read: ${message}`,
    resolution,
    cause: fault,
  });
}
