import type { PlannedAction } from "@holdfast/core";

/** A risk with its impact, where it has one. */
export function costText(
  risk: PlannedAction["risk"],
  impact: PlannedAction["impact"] = "none",
): string {
  return impact === "none" ? risk : `${risk} (${impact})`;
}
