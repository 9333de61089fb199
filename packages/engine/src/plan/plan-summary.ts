import type { Plan, PlannedAction, ResourceId } from "@holdfast/core";

/** Counts the actions of a plan over `total` resources. */
export function summarizePlan(actions: readonly PlannedAction[], total: number): Plan["summary"] {
  const counts = { create: 0, update: 0, delete: 0, refresh: 0, skip: 0 };
  const refused = new Set<ResourceId>();
  let unknown = 0;
  for (const { id, verb, fault, blockedBy } of actions) {
    if (verb !== "skip" && fault !== undefined) refused.add(id);
    else counts[verb] += 1;
    const isUnseen = fault !== undefined || (blockedBy !== undefined && !refused.has(blockedBy));
    if (verb === "skip" && isUnseen) unknown += 1;
  }
  return { ...counts, inSync: total - actions.length, unknown, refused: refused.size };
}
