import type { Assessment, JudgedAction } from "@holdfast/core";
import { isRefused, REFUSED } from "../refused-risk.ts";
import type { SystemdUnitObserved } from "./observe.ts";
import type { SystemdUnitSpec } from "./spec.ts";

/** The rows of unit files; their text is judged by the general rules. */
export const SYSTEMD_UNIT_RISKS = {
  refused: REFUSED,
  removed: {
    risk: "disruptive",
    impact: "restart",
    why: "removes the file of a unit, which stops first where it runs",
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** Whether something may stop. */
export function riskOfSystemdUnit({
  verb,
  changes,
}: JudgedAction<SystemdUnitSpec, SystemdUnitObserved>): Assessment | undefined {
  if (isRefused(changes)) return SYSTEMD_UNIT_RISKS.refused;
  return verb === "delete" ? SYSTEMD_UNIT_RISKS.removed : undefined;
}
