import { join } from "node:path";
import type { AppendLog, TornLine } from "../appendlog/append-log.ts";
import { openAppendLog } from "../appendlog/open-append-log.ts";
import type { LogCalls } from "../appendlog/log-calls.ts";
import { DaemonFault } from "../daemon-fault.ts";
import type { Log } from "../log.ts";
import { hashOf, sealLine } from "./chain.ts";
import { eventBody, type EventInput, type EventRecord } from "./event.ts";
import { repairedEvent } from "./event-log.ts";
import { FIRST_LINK, headEvent, type SeriesLink } from "./series-head.ts";
import { type SeriesFile, seriesFileName, seriesFiles } from "./series-files.ts";

/** Where a series lies, and how its lines are made. */
export interface SeriesPlace {
  readonly directory: string;
  readonly series: string;
  readonly calls: LogCalls;
  readonly record: (event: EventInput) => EventRecord;
  readonly log: Log;
}

/** The file of a series that is written now. */
export interface LiveFile extends SeriesFile {
  readonly file: AppendLog;
  /** The day, in UTC, of its last line when it was opened: `2026-01-31`. */
  readonly day: string;
  /** What it holds, and what is on its way into it. */
  plannedBytes: number;
  /** What is in it is in doubt; it must be opened anew. */
  isLost: boolean;
}

/**
 * Opens the newest file of a series, or begins the first. One that does not end in a sealed line is left as it is, as
 * evidence, and the next one begins another chain.
 * @param leftAt the last line that this process wrote; another one at the end is said in the log.
 * @throws {DaemonFault} as `openAppendLog`.
 */
export async function openNewestFile(
  place: SeriesPlace,
  leftAt: string | undefined,
): Promise<LiveFile> {
  const files = seriesFiles(await place.calls.list(place.directory), place.series);
  const newest = files.at(-1);
  if (newest === undefined) {
    const live = await begin(place, { number: 1, link: FIRST_LINK });
    return telling(place, live, { leftAt });
  }
  const file = await openExisting(place, newest);
  if (file === undefined) return restart(place, newest);
  const { lastLine, torn } = file;
  if (lastLine === undefined) {
    return telling(place, await headNewest(place, files, file), { leftAt, torn });
  }
  if (hashOf(Buffer.from(lastLine)) === undefined) {
    await file[Symbol.asyncDispose]();
    return restart(place, newest);
  }
  return telling(place, liveFile(newest, file, dayIn(lastLine)), { leftAt, torn, lastLine });
}

/**
 * Begins the file after a closed one.
 * @throws {DaemonFault} as `openAppendLog`.
 */
export async function openNextFile(
  place: SeriesPlace,
  { name, number, file }: LiveFile,
  day: string,
): Promise<LiveFile> {
  const previousHash = hashOf(Buffer.from(file.lastLine ?? ""));
  const newest = seriesFiles(await place.calls.list(place.directory), place.series).at(-1);
  // Removed while it was open, or no longer the last: what there is decides what is followed.
  if (previousHash === undefined || newest?.name !== name) {
    return openNewestFile(place, file.lastLine);
  }
  return begin(place, { number: number + 1, link: { previousFile: name, previousHash }, day });
}

interface Beginning {
  readonly number: number;
  readonly link: SeriesLink;
  /** Default: the day of the head. */
  readonly day?: string;
  readonly brokenFile?: string;
}

async function begin(place: SeriesPlace, beginning: Beginning): Promise<LiveFile> {
  const { number, link } = beginning;
  const name = seriesFileName(place.series, number);
  const file = await openSealed(place, name, link.previousHash);
  return writeHead(place, file, { name, ...beginning });
}

async function writeHead(
  place: SeriesPlace,
  file: AppendLog,
  { name, number, link, day, brokenFile }: Beginning & SeriesFile,
): Promise<LiveFile> {
  const head = place.record(headEvent(link, brokenFile));
  try {
    await file.append(eventBody(head));
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
  return liveFile({ name, number }, file, day ?? head.ts.slice(0, 10));
}

/** The newest file was made and its head never became durable: it follows the last line of the one before. */
async function headNewest(
  place: SeriesPlace,
  files: readonly SeriesFile[],
  empty: AppendLog,
): Promise<LiveFile> {
  await empty[Symbol.asyncDispose]();
  const [newest = { name: "", number: 1 }, before] = files.toReversed();
  const { number } = newest;
  if (before === undefined) return begin(place, { number, link: FIRST_LINK });
  const previous = await openExisting(place, before);
  const previousHash = hashOf(Buffer.from(previous?.lastLine ?? ""));
  await previous?.[Symbol.asyncDispose]();
  return previousHash === undefined
    ? begin(place, { number, link: FIRST_LINK, brokenFile: before.name })
    : begin(place, { number, link: { previousFile: before.name, previousHash } });
}

function restart(place: SeriesPlace, { name, number }: SeriesFile): Promise<LiveFile> {
  place.log.error(`${name} does not end in a line of this log; another file is begun`, {
    reason: "EventLogRestarted",
  });
  return begin(place, { number: number + 1, link: FIRST_LINK, brokenFile: name });
}

/** @returns `undefined` when it is no file of lines. */
async function openExisting(
  place: SeriesPlace,
  { name }: SeriesFile,
): Promise<AppendLog | undefined> {
  try {
    return await openSealed(place, name, undefined);
  } catch (error) {
    if (error instanceof DaemonFault && error.reason === "LogCorrupt") return undefined;
    throw error;
  }
}

function openSealed(
  { directory, calls }: SeriesPlace,
  name: string,
  first: string | undefined,
): Promise<AppendLog> {
  return openAppendLog({
    path: join(directory, name),
    calls,
    seal: (line, previous) => sealLine(line, previous, first),
  });
}

/** What opening a series found. */
interface Found {
  readonly torn?: TornLine | undefined;
  /** The last line that this process wrote. */
  readonly leftAt: string | undefined;
  /** The last line that is there; `undefined` when none is. */
  readonly lastLine?: string;
}

/** A line that was cut off, and an end that is not where this process left it, are put on record. */
async function telling(
  { record, log }: SeriesPlace,
  live: LiveFile,
  { torn, leftAt, lastLine }: Found,
): Promise<LiveFile> {
  const found: EventInput[] = [];
  if (torn !== undefined) found.push(repairedEvent(torn));
  if (leftAt !== undefined && leftAt !== lastLine) found.push(movedEvent(leftAt, lastLine));
  try {
    for (const event of found) {
      log.warn(`${live.name}: ${event.message}`, { reason: event.reason, ...event.data });
      await live.file.append(eventBody(record(event)));
    }
    return live;
  } catch (error) {
    await live.file[Symbol.asyncDispose]();
    throw error;
  }
}

function movedEvent(leftAt: string, lastLine = ""): EventInput {
  const leftHash = hashOf(Buffer.from(leftAt)) ?? null;
  const foundHash = hashOf(Buffer.from(lastLine)) ?? null;
  const message = "the log does not end where it was left: lines may be missing, or be there twice";
  return { level: "error", reason: "EventLogMoved", message, data: { leftHash, foundHash } };
}

function liveFile({ name, number }: SeriesFile, file: AppendLog, day: string): LiveFile {
  return { name, number, file, day, plannedBytes: file.sizeBytes, isLost: false };
}

/** The day of a sealed line; long ago when it tells none, so that the next event begins a new file. */
function dayIn(line: string): string {
  return /"ts":"(\d{4}-\d{2}-\d{2})T/.exec(line)?.[1] ?? "";
}
