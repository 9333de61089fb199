import type { Clock } from "@holdfast/core";

/** A monotonic time as the wall clock shows it, as ISO 8601. */
export function shownTime(monotonicMs: number, clock: Clock): string {
  return new Date(clock.wallMs() + monotonicMs - clock.monotonicMs()).toISOString();
}
