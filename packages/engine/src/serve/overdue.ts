import type { Tracked } from "../reconcile/tracked.ts";

/** For how long an alarm of these resources has been due and did not ring, in milliseconds; 0 when none is late. */
export function overdueMs(resources: Iterable<Tracked>, nowMs: number): number {
  let earliestMs = nowMs;
  for (const { alarms } of resources) earliestMs = Math.min(earliestMs, alarms.firstMs() ?? nowMs);
  return nowMs - earliestMs;
}
