import { type Clock, isoTime } from "../clock.ts";
import { DaemonFault } from "../daemon-fault.ts";
import type { JsonObject } from "../json.ts";

/** How much an event matters. */
export type EventLevel = "debug" | "info" | "warn" | "error";

/** What its author says of an event. */
export interface EventInput {
  readonly level: EventLevel;
  /** One word that does not change, e.g. `DiskSpaceLow`. */
  readonly reason: string;
  /** One sentence for people; the `msg` of the line. */
  readonly message: string;
  /** When it happened, by the wall clock, in milliseconds since 1970. Default: now. */
  readonly atMs?: number;
  /** What was thrown: every message in it, its causes and its parts, is joined into one text. */
  readonly error?: unknown;
  /** Whatever else belongs to it. Never a secret. */
  readonly data?: JsonObject;
}

/**
 * An event as it is kept, one JSON object on a line. `ts` is the ISO time of the wall clock, `msg` the sentence for
 * people.
 */
export type EventRecord = Readonly<
  Record<"ts" | "reason" | "msg" | "operationId" | "hostId", string>
> & {
  readonly level: EventLevel;
  readonly error?: string;
  readonly data?: JsonObject;
};

const LEVELS: ReadonlySet<unknown> = new Set(["debug", "info", "warn", "error"]);
/** Causes of causes are followed this far. */
const DEEPEST_CAUSE = 16;

/** What every event of a log shares. */
export interface EventOrigin {
  readonly operationId: string;
  readonly hostId: string;
  readonly clock: Pick<Clock, "wallMs">;
}

/** An event as it is kept. */
export function recordOf(
  event: EventInput,
  { operationId, hostId, clock }: EventOrigin,
): EventRecord {
  const { level, reason, message, atMs = clock.wallMs(), error, data } = event;
  return {
    ts: isoTime(atMs),
    level,
    reason,
    msg: message,
    operationId,
    hostId,
    ...(error === undefined ? {} : { error: joinErrors(error) }),
    ...(data === undefined ? {} : { data }),
  };
}

/**
 * The body of an event's line.
 * @throws {DaemonFault} EventInvalid, which names every required field that is missing or wrong.
 */
export function eventBody(record: EventRecord): string {
  const mistakes = mistakesIn(record);
  if (mistakes.length > 0) {
    throw new DaemonFault({
      reason: "EventInvalid",
      message: `an event is refused: ${mistakes.join("; ")}`,
      resolution: "Give every event a ts, level, reason, msg, operationId and hostId.",
    });
  }
  const { ts, level, reason, msg, operationId, hostId, error, data } = record;
  return JSON.stringify({ ts, level, reason, msg, operationId, hostId, error, data });
}

/** Every message of an error, of its causes, and of the errors it is made of, once each: `a; b; c`. */
export function joinErrors(thrown: unknown): string {
  const messages = new Set<string>();
  collect(thrown, 0);
  return [...messages].join("; ");

  function collect(each: unknown, depth: number): void {
    if (depth > DEEPEST_CAUSE) return;
    if (Array.isArray(each)) {
      for (const part of each) collect(part, depth + 1);
      return;
    }
    const message = each instanceof Error ? each.message : String(each);
    if (message !== "") messages.add(message);
    if (each instanceof AggregateError) collect(each.errors, depth + 1);
    if (each instanceof Error && each.cause !== undefined) collect(each.cause, depth + 1);
  }
}

/** What is wrong with a record, which may come from code that was not checked by a compiler. */
function mistakesIn(record: EventRecord): readonly string[] {
  const texts = ["ts", "reason", "msg", "operationId", "hostId"] as const;
  const missing = texts
    .filter((field) => typeof record[field] !== "string" || record[field].trim() === "")
    .map((field) => `${field} is missing`);
  const isDated = typeof record.ts !== "string" || Number.isFinite(Date.parse(record.ts));
  return [
    ...missing,
    ...(isDated ? [] : [`ts ${record.ts} is no time`]),
    ...(LEVELS.has(record.level) ? [] : [`level is ${record.level ?? "missing"}`]),
  ];
}
