import type { Assessment, JudgedAction } from "@holdfast/core";
import { isRefused, REFUSED } from "../refused-risk.ts";
import type { LineObserved } from "./observe.ts";
import type { LineSpec } from "./spec.ts";

/** The rows of lines; one that is put in the place of another is judged by the general rules. */
export const LINE_RISKS = {
  refused: REFUSED,
  removed: {
    risk: "benign",
    impact: "none",
    why: "removes one line or block, whose text the plan shows",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** A line that goes is in the plan and in the record of the change as a whole. */
export function riskOfLine({
  spec,
  changes,
}: JudgedAction<LineSpec, LineObserved>): Assessment | undefined {
  if (isRefused(changes)) return LINE_RISKS.refused;
  return spec.isAbsent ? LINE_RISKS.removed : undefined;
}
