import type { Window } from "./policy.ts";

/** When windows open, by the calendar of a time zone. */
export interface CronTimes {
  /**
   * The first time after a moment of the wall clock, in milliseconds since 1970; `undefined` when it never comes.
   */
  next(opens: string, timeZone: string, afterMs: number): number | undefined;
  /** What is wrong with such words, in a sentence; `undefined` when nothing is. */
  mistakeIn(opens: string, timeZone: string): string | undefined;
}

/** Whether one of some windows is open, and if none is when the next opens. */
export type WindowState =
  | { readonly type: "open" }
  /** `untilMs` is of the wall clock; `undefined` when none ever opens again. */
  | { readonly type: "closed"; readonly untilMs: number | undefined };

const OPEN: WindowState = { type: "open" };

/** Of no windows at all, what they would close is open. */
export function stateOfWindows(
  windows: readonly Window[],
  wallMs: number,
  cron: CronTimes,
): WindowState {
  if (windows.length === 0) return OPEN;
  let untilMs: number | undefined;
  for (const { opens, timeZone, durationMs } of windows) {
    // What opened within its own duration is open still.
    const opensMs = cron.next(opens, timeZone, wallMs - durationMs);
    if (opensMs === undefined) continue;
    if (opensMs <= wallMs) return OPEN;
    untilMs = Math.min(untilMs ?? opensMs, opensMs);
  }
  return { type: "closed", untilMs };
}
