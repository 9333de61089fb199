import type { Log } from "@holdfast/core";
import { type Replay, replayBetween, type Span, type StreamEvent } from "@holdfast/daemonkit";
import { type EventRecord, lastEvents } from "@holdfast/daemonkit/eventlog";
import { EVENTS_SERIES, eventsDirectoryUnder } from "./event-files.ts";
import { keptRecord } from "./read-records.ts";

/** The agent whose log is read. */
export interface MissedRecordsOptions {
  /** Absolute. */
  readonly root: string;
  readonly log: Log;
}

/** So many of the newest entries of the log are read: as many as a run keeps of its own. */
const MOST = 1_024;

/**
 * The events of earlier runs of the agent in a span, out of the event log.
 * @returns `undefined` when the log does not know the run that the span begins in, or cannot be read. Never rejects.
 */
export async function missedRecords(
  { root, log }: MissedRecordsOptions,
  span: Span,
  signal: AbortSignal,
): Promise<Replay | undefined> {
  try {
    const directory = await eventsDirectoryUnder(root);
    const read = await lastEvents({ directory, series: EVENTS_SERIES, limit: MOST }, signal);
    const published = read.flatMap(({ record }) => publishedEvent(record) ?? []);
    return replayBetween(published, span, ({ type }) => type === "stopped");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) log.warn(`what a client missed cannot be read: ${why}`);
    return undefined;
  }
}

/** The event that clients got; `undefined` for what they did not. */
function publishedEvent(record: EventRecord): StreamEvent | undefined {
  const id = record.data?.["eventId"];
  const data = keptRecord(record);
  const { type } = data;
  return typeof id === "string" && typeof type === "string" ? { id, type, data } : undefined;
}
