import type { Clock } from "@holdfast/core";
import { systemClock } from "@holdfast/daemonkit/machine";

/** The machine's clock: `performance.now` for durations, `Date.now` for display. A callback never comes early. */
export const realClock: Clock = {
  ...systemClock,
  yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
};
