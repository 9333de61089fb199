import type { Assessment, JudgedAction } from "@holdfast/core";
import type { TimerObserved } from "./observe.ts";
import type { TimerSpec } from "./spec.ts";

/** The rows of timers; the texts of their files are judged by the general rules. */
export const TIMER_RISKS = {
  removed: {
    risk: "disruptive",
    impact: "restart",
    why: "stops a timer and removes its files",
  },
  started: {
    risk: "benign",
    impact: "none",
    why: "starts or enables a timer",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

const RUNNING: ReadonlySet<string> = new Set(["state", "enabled", "masked"]);

/** What is done to a timer besides its files. */
export function riskOfTimer({
  verb,
  changes,
}: JudgedAction<TimerSpec, TimerObserved>): Assessment | undefined {
  if (verb === "delete") return TIMER_RISKS.removed;
  const isOnlyRunning = changes.length > 0 && changes.every(({ path }) => RUNNING.has(path));
  return isOnlyRunning ? TIMER_RISKS.started : undefined;
}
