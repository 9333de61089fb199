import type { Clock } from "../clock.ts";
import { DaemonFault } from "../daemon-fault.ts";
import { type Log, silentLog } from "../log.ts";
import { numberOption } from "../option.ts";
import type { LogCalls } from "../appendlog/log-calls.ts";
import { systemLogCalls } from "../appendlog/system-log-calls.ts";
import { systemClock } from "../system.ts";
import { SEAL_BYTES } from "./chain.ts";
import { eventBody, type EventInput, type EventRecord, recordOf } from "./event.ts";
import { refuseNames } from "./event-log.ts";
import { type LiveFile, openNewestFile, openNextFile, type SeriesPlace } from "./live-file.ts";

/** What an event series is opened with. */
export interface EventSeriesOptions {
  /** Made 0750 where it is missing. */
  readonly directory: string;
  /** The files are called `<series>-000001.jsonl` and so on. */
  readonly series: string;
  /** What the events of this process belong to. */
  readonly operationId: string;
  readonly hostId: string;
  /** A file that has reached this size, in bytes, is followed by another. Default 8 MiB. */
  readonly maxFileBytes?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: the system's. */
  readonly calls?: LogCalls;
}

/** One chain of events over numbered files. One process writes it at a time. Disposing waits for what is under way. */
export interface EventSeries extends AsyncDisposable {
  /** The name of the file that is written now; `undefined` before the first event, and after a failure. */
  readonly liveFile: string | undefined;
  /**
   * Adds an event and resolves to its record when it is durable. The first one opens the newest file, and after a
   * failure that leaves the disk's content in doubt the next one opens it again. An event that was refused may be in the
   * file all the same: who appends it again may find it twice, never not at all.
   * @throws {DaemonFault} EventInvalid; and what `openEventLog` and `AppendLog.append` throw.
   */
  append(event: EventInput): Promise<EventRecord>;
}

/**
 * Opens an event log that is kept for years: a new file is begun on the first event of a day (UTC) and at
 * `maxFileBytes`, and the first line of each names the hash that it follows. Nothing is touched before the first event.
 * @throws {DaemonFault} NameInvalid, OptionInvalid.
 */
export function openEventSeries(options: EventSeriesOptions): EventSeries {
  const { directory, series, operationId, hostId } = options;
  const { clock = systemClock, log = silentLog, calls = systemLogCalls } = options;
  refuseNames(series, hostId, "series");
  const maxFileBytes = numberOption({
    name: "maxFileBytes",
    value: options.maxFileBytes,
    otherwise: 8 * 1024 * 1024,
  });
  const record = (event: EventInput): EventRecord =>
    recordOf(event, { operationId, hostId, clock });
  return new OpenEventSeries({ directory, series, calls, record, log }, maxFileBytes);
}

/** After these, what the file holds is in doubt, and it is opened anew. */
const LOST_REASONS: ReadonlySet<string> = new Set([
  "AppendLogBroken",
  "AppendLogChanged",
  "EventLogBroken",
]);

class OpenEventSeries implements EventSeries {
  readonly #place: SeriesPlace;
  readonly #maxFileBytes: number;
  /** Which file the last event went to; one event after the other asks for its own. */
  #turn: Promise<LiveFile | undefined> = Promise.resolve(undefined);
  #live: LiveFile | undefined;
  #closing: Promise<void> | undefined;

  constructor(place: SeriesPlace, maxFileBytes: number) {
    this.#place = place;
    this.#maxFileBytes = maxFileBytes;
  }

  get liveFile(): string | undefined {
    return this.#live?.isLost === false ? this.#live.name : undefined;
  }

  async append(event: EventInput): Promise<EventRecord> {
    const record = this.#place.record(event);
    const body = eventBody(record);
    if (this.#closing !== undefined) throw closedFault(this.#place.directory);
    const turn = this.#turn.catch(() => undefined).then(() => this.#fileFor(record));
    this.#turn = turn;
    const live = await turn;
    live.plannedBytes += Buffer.byteLength(body) + SEAL_BYTES;
    try {
      await live.file.append(body);
    } catch (error) {
      if (error instanceof DaemonFault && LOST_REASONS.has(error.reason)) live.isLost = true;
      throw error;
    }
    return record;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #fileFor(record: EventRecord): Promise<LiveFile> {
    const live = await this.#openLive();
    const isFull = live.plannedBytes >= this.#maxFileBytes;
    if (!isFull && dayOf(record) <= live.day) return live;
    // What is under way goes to the old file: the new one follows its last line.
    await live.file[Symbol.asyncDispose]();
    this.#live = undefined;
    this.#live = await openNextFile(this.#place, live, dayOf(record));
    return this.#live;
  }

  async #openLive(): Promise<LiveFile> {
    const known = this.#live;
    if (known !== undefined && !known.isLost) return known;
    await known?.file[Symbol.asyncDispose]();
    this.#live = await openNewestFile(this.#place, known?.file.lastLine);
    return this.#live;
  }

  async #close(): Promise<void> {
    await this.#turn.catch(() => undefined);
    await this.#live?.file[Symbol.asyncDispose]();
  }
}

function dayOf({ ts }: EventRecord): string {
  return ts.slice(0, 10);
}

function closedFault(directory: string): DaemonFault {
  return new DaemonFault({
    reason: "AppendLogClosed",
    message: `the event log in ${directory} is closed`,
    resolution: "Append before the log is disposed.",
  });
}
