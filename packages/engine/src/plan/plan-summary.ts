import type { Plan, PlannedAction } from "@holdfast/core";

/** Counts the actions of a plan over `total` resources. */
export function summarizePlan(actions: readonly PlannedAction[], total: number): Plan["summary"] {
  const counts = { create: 0, update: 0, delete: 0, refresh: 0, skip: 0 };
  let unknown = 0;
  for (const { verb, fault, blockedBy } of actions) {
    counts[verb] += 1;
    if (verb === "skip" && (fault !== undefined || blockedBy !== undefined)) unknown += 1;
  }
  return { ...counts, inSync: total - actions.length, unknown };
}
