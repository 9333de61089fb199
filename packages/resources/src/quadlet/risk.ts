import type { Assessment, JudgedAction } from "@holdfast/core";
import { isRefused, REFUSED } from "../refused-risk.ts";
import { runningState } from "../service/diff.ts";
import type { QuadletObserved } from "./observe.ts";
import type { QuadletSpec } from "./spec.ts";

/** The rows of quadlets; their text is judged by the general rules too. */
export const QUADLET_RISKS = {
  refused: REFUSED,
  removed: {
    risk: "disruptive",
    impact: "restart",
    why: "stops the service of a quadlet and removes its file",
  },
  stopped: { risk: "disruptive", impact: "restart", why: "stops what runs" },
  restarted: {
    risk: "disruptive",
    impact: "restart",
    why: "restarts what runs, because its file is another one",
  },
  started: { risk: "benign", impact: "none", why: "starts what does not run", isWhole: true },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to a quadlet besides its file. */
export function riskOfQuadlet({
  verb,
  spec,
  observed,
  changes,
}: JudgedAction<QuadletSpec, QuadletObserved>): Assessment | undefined {
  if (isRefused(changes)) return QUADLET_RISKS.refused;
  if (verb === "delete") return QUADLET_RISKS.removed;
  const state = changes.find(({ path }) => path === "service.state");
  if (state?.to === "stopped") return QUADLET_RISKS.stopped;
  const isReadAgain = changes.some(({ path }) => path === "text" || path === "loaded");
  const isRunning = runningState(observed?.service) !== false;
  if (isReadAgain && isRunning && spec.service.isRunning === true) return QUADLET_RISKS.restarted;
  return changes.length === 1 && state !== undefined ? QUADLET_RISKS.started : undefined;
}
