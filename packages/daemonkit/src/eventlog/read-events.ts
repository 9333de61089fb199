import type { EventRecord } from "./event.ts";
import { readLines } from "./read-lines.ts";

/** An event that was read, and the number of its line from 1. */
export interface ReadEvent {
  readonly line: number;
  readonly record: EventRecord;
}

/**
 * Reads the events of a log, oldest first. A line that is no event, and a last one without an end, is left out: what
 * is wrong with a file is for `verifyEventLog` to say.
 * @throws {DaemonFault} NotFound, PathUnsafe, FileFailed; the fault of the signal.
 */
export async function* readEvents(path: string, signal: AbortSignal): AsyncGenerator<ReadEvent> {
  for await (const { number, bytes, isEnded } of readLines(path, signal)) {
    const record = isEnded ? parseRecord(bytes.toString("utf8")) : undefined;
    if (record !== undefined) yield { line: number, record };
  }
}

/** The event in a line; `undefined` when it is none. */
export function parseRecord(line: string): EventRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is EventRecord {
  if (typeof value !== "object" || value === null) return false;
  const fields = ["ts", "level", "reason", "msg", "operationId", "hostId"];
  return fields.every((field) => typeof Reflect.get(value, field) === "string");
}
