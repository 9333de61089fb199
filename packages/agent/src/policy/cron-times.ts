import type { CronTimes } from "@holdfast/core";
import { Cron } from "croner";

/** Longest words of a window. */
const MOST_CHARACTERS = 100;

/** The last answer about one window. */
interface Answer {
  readonly afterMs: number;
  readonly nextMs: number | undefined;
}

/** When windows open, by croner. What was asked last about a window is not computed again until it has come. */
export function createCronTimes(): CronTimes {
  const answers = new Map<string, Answer>();
  return {
    next(opens, timeZone, afterMs) {
      const key = `${timeZone} ${opens}`;
      const known = answers.get(key);
      if (known !== undefined && isStill(known, afterMs)) return known.nextMs;
      const nextMs = nextOf(opens, timeZone, afterMs);
      answers.set(key, { afterMs, nextMs });
      return nextMs;
    },
    mistakeIn,
  };
}

function isStill({ afterMs: askedMs, nextMs }: Answer, afterMs: number): boolean {
  return askedMs <= afterMs && (nextMs === undefined || afterMs < nextMs);
}

function nextOf(opens: string, timeZone: string, afterMs: number): number | undefined {
  const cron = new Cron(opens, { timezone: timeZone, mode: "5-part" });
  return cron.nextRun(new Date(afterMs))?.getTime();
}

function mistakeIn(opens: string, timeZone: string): string | undefined {
  if (opens.length > MOST_CHARACTERS) return "It is too long for five fields of cron.";
  if (!isTimeZone(timeZone)) {
    return `${JSON.stringify(timeZone)} is no time zone: write one such as Europe/Berlin, or UTC.`;
  }
  try {
    if (nextOf(opens, timeZone, Date.now()) !== undefined) return undefined;
    return `${JSON.stringify(opens)} never comes, so that it never opens.`;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Cron\w+: /, "") : String(error);
    return `${JSON.stringify(opens)} is not five fields of cron (minute, hour, day, month, weekday): ${why}`;
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
