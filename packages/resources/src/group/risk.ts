import type { Assessment, JudgedAction, LocalGroup } from "@holdfast/core";
import type { GroupSpec } from "./spec.ts";

/** The rows of groups; what removing one loses, its members, is judged by the general rules. */
export const GROUP_RISKS = {
  removed: { risk: "disruptive", impact: "restart", why: "removes a group" },
  number: {
    risk: "disruptive",
    impact: "restart",
    why: "changes the number of a group; files keep the old one",
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to a group. */
export function riskOfGroup({
  spec,
  observed,
}: JudgedAction<GroupSpec, LocalGroup>): Assessment | undefined {
  if (observed === undefined) return undefined;
  return spec.isAbsent ? GROUP_RISKS.removed : GROUP_RISKS.number;
}
