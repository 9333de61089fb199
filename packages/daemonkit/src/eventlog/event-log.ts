import { join } from "node:path";
import type { AppendLog, TornLine } from "../appendlog/append-log.ts";
import { openAppendLog } from "../appendlog/open-append-log.ts";
import type { LogCalls } from "../appendlog/log-calls.ts";
import type { Clock } from "../clock.ts";
import { DaemonFault } from "../daemon-fault.ts";
import { type Log, silentLog } from "../log.ts";
import { systemClock } from "../system.ts";
import { sealLine } from "./chain.ts";
import { eventBody, type EventInput, type EventRecord, recordOf } from "./event.ts";

/** What an event log is opened with. */
export interface EventLogOptions {
  /** Made 0750 where it is missing. */
  readonly directory: string;
  /** What the events belong to; the file is called `<operationId>.jsonl`. Opening it again goes on where it ended. */
  readonly operationId: string;
  readonly hostId: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: the system's. */
  readonly calls?: LogCalls;
}

/** The events of one operation, each durable when it is acknowledged, chained by their hashes. */
export interface EventLog extends AsyncDisposable {
  readonly path: string;
  /** What opening cut off the end; it is in the log as `EventLogRepaired` too. */
  readonly torn: TornLine | undefined;
  /**
   * Adds an event and resolves to its record when it is durable.
   * @throws {DaemonFault} EventInvalid, which names everything that is wrong; and what `AppendLog.append` throws.
   */
  append(event: EventInput): Promise<EventRecord>;
}

/**
 * Opens the event log of an operation, mode 0640, and repairs a torn last line. One process writes it at a time.
 * @throws {DaemonFault} NameInvalid, when the operation's id cannot be a file name or the host's is empty;
 *   PathUnsafe, DiskFull, FileFailed, LogCorrupt.
 */
export async function openEventLog(options: EventLogOptions): Promise<EventLog> {
  const { directory, operationId, hostId, clock = systemClock, log = silentLog } = options;
  refuseNames(operationId, hostId);
  const path = join(directory, `${operationId}.jsonl`);
  const file = await openAppendLog({
    path,
    seal: (line, previous) => sealLine(line, previous),
    ...(options.calls === undefined ? {} : { calls: options.calls }),
  });
  const append = async (event: EventInput): Promise<EventRecord> => {
    const record = recordOf(event, { operationId, hostId, clock });
    await file.append(eventBody(record));
    return record;
  };
  try {
    if (file.torn !== undefined) await sayRepaired(file, append, log);
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
  return {
    path,
    torn: file.torn,
    append,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

async function sayRepaired(
  { path, torn }: AppendLog,
  append: (event: EventInput) => Promise<EventRecord>,
  log: Log,
): Promise<void> {
  const event = repairedEvent(torn);
  log.warn(`${path}: ${event.message}`, { reason: event.reason, ...event.data });
  await append(event);
}

/** What a log says of a last line that it cut off. */
export function repairedEvent(torn: TornLine | undefined) {
  const data = { removedBytes: torn?.bytes ?? 0 };
  const message = `the last line had no end and was cut off: ${data.removedBytes} bytes`;
  return { level: "warn", reason: "EventLogRepaired", message, data } as const;
}

/** As much of a name as every file system takes, its ending included. */
const LONGEST_NAME_BYTES = 200;

/**
 * Refuses what cannot be a file name, and a host without a name.
 * @throws {DaemonFault} NameInvalid, which names everything that is wrong.
 */
export function refuseNames(name: string, hostId: string, what = "operationId"): void {
  const mistakes = [...nameMistakes(name, what), ...(hostId === "" ? ["hostId is empty"] : [])];
  if (mistakes.length === 0) return;
  throw new DaemonFault({
    reason: "NameInvalid",
    message: `the event log cannot be opened: ${mistakes.join("; ")}`,
    resolution: "Use letters, digits and hyphens, e.g. apply-20260131.",
  });
}

function nameMistakes(name: string, what: string): readonly string[] {
  const shown = `${what} ${JSON.stringify(name)}`;
  const rules: readonly (readonly [boolean, string])[] = [
    [name === "", `${what} is empty`],
    [/[/\\]/.test(name), `${shown} has a separator`],
    [name.startsWith("."), `${shown} begins with a dot`],
    // oxlint-disable-next-line eslint/no-control-regex -- control characters are what is looked for
    [/[\u0000-\u001f\u007f]/.test(name), `${shown} has a control character`],
    [Buffer.byteLength(name) > LONGEST_NAME_BYTES, `${shown} is too long`],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, mistake]) => mistake);
}
