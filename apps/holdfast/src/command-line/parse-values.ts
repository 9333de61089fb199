import { InvalidArgumentError } from "commander";

/** The longest duration a timer can wait. */
const MAX_DURATION_MS = 24 * 24 * 60 * 60 * 1000;

/** The units, in milliseconds. */
const UNITS = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);

/** Parts that follow each other without anything between them. */
const PARTS = /(\d+(?:\.\d+)?) *([a-z]+) */gy;

/**
 * A duration in milliseconds from `30s`, `1h30m`, `500ms`. A bare number has no meaning but 0.
 * @throws {InvalidArgumentError} when it is none, negative, or longer than 24 days.
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  if (trimmed === "0") return 0;
  if (trimmed.startsWith("-")) throw new InvalidArgumentError("A duration cannot be negative.");
  const parts = [...trimmed.matchAll(PARTS)];
  const length = parts.reduce((sum, [part]) => sum + part.length, 0);
  const durationMs = parts.reduce((sum, part) => sum + durationOf(part), 0);
  if (trimmed === "" || length !== trimmed.length || Number.isNaN(durationMs)) {
    throw new InvalidArgumentError(
      "Write a number with its unit (ms, s, m, h, d or w), such as 500ms, 30s, 5m or 1h30m.",
    );
  }
  if (durationMs <= MAX_DURATION_MS) return durationMs;
  throw new InvalidArgumentError("The longest duration is 24d.");
}

function durationOf([, count, unit = ""]: RegExpExecArray): number {
  return Number(count) * (UNITS.get(unit) ?? Number.NaN);
}

/**
 * A time of the wall clock, in milliseconds since 1970: a date such as `2026-01-31` (UTC) or `2026-01-31T12:00:00Z`, or a
 * duration before now.
 * @throws {InvalidArgumentError} when it is neither.
 */
export function parseSince(text: string): number {
  const timeMs = /^\d{4}-/.test(text) ? Date.parse(text) : Date.now() - durationIn(text);
  if (Number.isFinite(timeMs)) return timeMs;
  throw new InvalidArgumentError(
    "Write a date such as 2026-01-31T12:00:00Z, or how long ago, such as 90m or 2d.",
  );
}

/**
 * A date in UTC, such as `2027-06-01` or `2027-06-01T12:00:00Z`, in milliseconds since 1970.
 * @throws {InvalidArgumentError} when it is none.
 */
export function parseDate(text: string): number {
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/.test(text);
  const timeMs = isDate ? Date.parse(text) : Number.NaN;
  if (timeMs >= 0) return timeMs;
  throw new InvalidArgumentError("Write a date such as 2027-06-01 or 2027-06-01T12:00:00Z.");
}

function durationIn(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return Number.NaN;
    throw error;
  }
}

/**
 * The hash of a line of the event log.
 * @throws {InvalidArgumentError} when it is none.
 */
export function parseHash(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError("Write the 64 hexadecimal digits that --verify printed.");
}

/**
 * A count from a whole number; 0 means the default.
 * @throws {InvalidArgumentError} when it is none, or negative.
 */
export function parseCount(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Write a whole number, 0 or more; 0 means the default.");
}

/**
 * How many of the newest are wanted, from a whole number.
 * @throws {InvalidArgumentError} when it is none, or less than 1.
 */
export function parseLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw new InvalidArgumentError("Write a whole number, 1 or more; without it the default counts.");
}

/** Gathers an option that may be given several times. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Like `collect`, for words joined by commas. */
export function collectWords(
  text: string,
  before: readonly string[] | undefined,
): readonly string[] {
  const words = text.split(",").map((word) => word.trim());
  return [...(before ?? []), ...words.filter((word) => word !== "")];
}

/**
 * Like `collect`, for `name=value`.
 * @throws {InvalidArgumentError} when there is no `=` after a name.
 */
export function collectPair(
  text: string,
  before: readonly string[] | undefined,
): readonly string[] {
  if (text.indexOf("=") > 0) return collect(text, before);
  throw new InvalidArgumentError("Write name=value.");
}
