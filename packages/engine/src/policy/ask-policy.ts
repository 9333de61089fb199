import type { Change, PolicyDecision, Verb, WaitReason } from "@holdfast/core";
import { verbOf } from "../records/identity.ts";
import type { Subject } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import { policyOf, riskOf } from "./judge-action.ts";

/** What was seen, and differs. */
export interface SeenChanges {
  /** `undefined` when absent. */
  readonly observed: unknown;
  /** Empty when only a refresh is owed. */
  readonly changes: readonly Change[];
}

/** What waits so is judged anew when policy, a veto or an approval changes. */
export const BY_POLICY: ReadonlySet<WaitReason> = new Set([
  "window",
  "veto",
  "budget",
  "approval",
  "hold",
]);

/**
 * Whether policy lets a refresh follow on an apply at once. Where it does not the debt stays, and another run is asked for, which
 * waits.
 */
export function mayRefresh(runtime: Runtime, subject: Subject, observed: unknown): boolean {
  if (askPolicy(runtime, subject, { observed, changes: [] }).type === "allow") return true;
  runtime.hint(subject.record, "retry", "a refresh is owed");
  return false;
}

/** What policy says of what a run would do now. */
export function askPolicy(
  runtime: Runtime,
  run: Subject,
  { observed, changes }: SeenChanges,
): PolicyDecision {
  if (isPutBack(run.declared)) return LEFT_ALONE;
  const verb: Verb = changes.length === 0 ? "refresh" : verbOf(run.declared, observed);
  const found = { verb, observed, changes };
  const { assessment } = riskOf(runtime, run, found);
  return policyOf(runtime, run, { ...found, assessment, budget: runtime.budget });
}

/** What may have cut off control is put back, whatever policy says. */
function isPutBack({ resource }: Subject["declared"]): boolean {
  return resource.revert?.why === "reverted";
}

const LEFT_ALONE = { type: "allow" } as const;
