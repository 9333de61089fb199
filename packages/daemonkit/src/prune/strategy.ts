import { optionFault } from "../option.ts";

/** What a strategy may know of a file. */
export interface PrunableFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Wall clock, in milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** Whether a file has had its time. `unknown` protects it, whatever the others say. */
export type PruneVerdict = "expired" | "current" | "unknown";

/** Judges one file at a time of the wall clock, in milliseconds. */
export type PruneStrategy = (file: PrunableFile, nowMs: number) => PruneVerdict;

/** When a file began, in milliseconds since 1970; `undefined` when it is unknown. */
export type AgeSource = (file: PrunableFile) => number | undefined;

/** A machine without a clock stamps its files with times like these; they say nothing about age. */
const CLOCK_STARTS_MS = Date.UTC(2000, 0, 1);

/** The age by the time of the last change. A time before 2000, as a machine without a clock gives, tells nothing. */
export const ageFromModification: AgeSource = ({ modifiedMs }) => published(modifiedMs);

/**
 * The age by a time in the name, in UTC: the first of the forms `20260131T120000`, `20260131-120000`, `20260131`,
 * `2026-01-31T12:00:00`, `2026-01-31` (also with `_` and without seconds). A name with none tells nothing.
 */
export const ageFromName: AgeSource = ({ name }) => {
  const match = TIME_IN_NAME.exec(name);
  if (match === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00"] = match;
  // Whoever writes a 31st of February did not write a date.
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const timeMs = Date.parse(text);
  if (!Number.isFinite(timeMs) || new Date(timeMs).toISOString() !== text) return undefined;
  return published(timeMs);
};

const TIME_IN_NAME =
  /(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?:[T_-](\d{2})[:-]?(\d{2})(?:[:-]?(\d{2}))?)?(?!\d)/;

/**
 * Expired are files older than so many milliseconds; unknown those whose age is unknown.
 * @throws {DaemonFault} OptionInvalid, unless `maxAgeMs` is positive.
 */
export function olderThan(maxAgeMs: number, age: AgeSource = ageFromModification): PruneStrategy {
  refuseUnlessPositive("maxAgeMs", maxAgeMs);
  return (file, nowMs) => {
    const timeMs = age(file);
    if (timeMs === undefined || !Number.isFinite(timeMs)) return "unknown";
    return nowMs - timeMs > maxAgeMs ? "expired" : "current";
  };
}

/**
 * Expired are files larger than so many bytes.
 * @throws {DaemonFault} OptionInvalid, unless `maxBytes` is positive.
 */
export function largerThan(maxBytes: number): PruneStrategy {
  refuseUnlessPositive("maxBytes", maxBytes);
  return ({ sizeBytes }) => (sizeBytes > maxBytes ? "expired" : "current");
}

/** Expired is what all strategies call so; unknown what any of them cannot tell. No strategy at all expires nothing. */
export function allStrategies(...strategies: readonly PruneStrategy[]): PruneStrategy {
  return (file, nowMs) => {
    const verdicts = strategies.map((judge) => judge(file, nowMs));
    if (verdicts.includes("unknown")) return "unknown";
    return verdicts.length > 0 && verdicts.every((one) => one === "expired")
      ? "expired"
      : "current";
  };
}

/** Expired is what any strategy calls so; unknown what any of them cannot tell. */
export function anyStrategy(...strategies: readonly PruneStrategy[]): PruneStrategy {
  return (file, nowMs) => {
    const verdicts = strategies.map((judge) => judge(file, nowMs));
    if (verdicts.includes("unknown")) return "unknown";
    return verdicts.includes("expired") ? "expired" : "current";
  };
}

function published(timeMs: number): number | undefined {
  return Number.isFinite(timeMs) && timeMs >= CLOCK_STARTS_MS ? timeMs : undefined;
}

function refuseUnlessPositive(name: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw optionFault(`${name} is ${value}`, `Give ${name} a positive number.`);
}
