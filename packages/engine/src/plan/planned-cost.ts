import type { Fault, PlannedAction, PolicyDecision } from "@holdfast/core";
import {
  digestOfAction,
  type FoundAction,
  type NamedAction,
  policyOf,
  riskOf,
} from "../policy/judge-action.ts";
import type { ResourceRecord, Subject } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";

/** What an action costs, as a plan shows it. */
export interface PlannedCost {
  readonly cost:
    | Pick<PlannedAction, "risk" | "impact" | "why" | "canBeUndone" | "waitsFor">
    | undefined;
  /** What policy denies it with. */
  readonly denial: Fault | undefined;
}

/** What an action may cost, and what policy would have it wait for now. */
export function costOf(runtime: Runtime, record: ResourceRecord, found: FoundAction): PlannedCost {
  const subject = { record, declared: record.declared };
  const { assessment, canBeUndone } = riskOf(runtime, subject, found);
  const { risk, impact, why } = assessment;
  const decision = policyOf(runtime, subject, { ...found, assessment, budget: runtime.budget });
  const denial = decision.type === "deny" ? decision.fault : undefined;
  return {
    cost: { risk, impact, why, canBeUndone, ...heldBy(runtime, subject, { ...found, decision }) },
    denial,
  };
}

/** What it waits for, as a plan shows it. */
export function heldBy(
  runtime: Runtime,
  subject: Subject,
  { decision, verb, changes }: NamedAction & { readonly decision: PolicyDecision },
): Pick<PlannedAction, "waitsFor"> {
  if (decision.type !== "wait") return {};
  const { waitingFor, reason } = decision;
  const isForPeople = waitingFor === "approval" || waitingFor === "budget";
  const digest = isForPeople ? { digest: digestOfAction(runtime, subject, { verb, changes }) } : {};
  return { waitsFor: { for: waitingFor, reason, ...digest } };
}
