import type { Assessment, JudgedAction } from "@holdfast/core";
import { REFUSED } from "../refused-risk.ts";
import { isInTheWay, isLeftBehind } from "./diff.ts";
import type { LinkObserved } from "./observe.ts";
import type { LinkSpec } from "./spec.ts";

/** The rows of links; a link that leads elsewhere is judged by the general rules. */
export const LINK_RISKS = {
  refused: REFUSED,
  replaced: { risk: "destructive", impact: "data", why: "replaces or removes a file (force)" },
  leftBehind: {
    risk: "benign",
    impact: "none",
    why: "makes a hard link anew whose target was replaced",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** Whether something is lost that is not this link. */
export function riskOfLink({
  spec,
  observed,
  lastFingerprint,
}: JudgedAction<LinkSpec, LinkObserved>): Assessment | undefined {
  if (observed === undefined) return undefined;
  if (spec.hard && isLeftBehind(observed, lastFingerprint)) return LINK_RISKS.leftBehind;
  if (!isInTheWay(spec, observed)) return undefined;
  return spec.force ? LINK_RISKS.replaced : LINK_RISKS.refused;
}
