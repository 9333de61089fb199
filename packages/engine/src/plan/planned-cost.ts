import type { Fault, PlannedAction, PolicyDecision } from "@holdfast/core";
import { type FoundAction, policyOf, riskOf } from "../policy/judge-action.ts";
import { PassBudget } from "../policy/pass-budget.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import type { Outlook } from "./outlook.ts";

/** What an action costs, as a plan shows it. */
export interface PlannedCost {
  readonly cost:
    | Pick<PlannedAction, "risk" | "impact" | "why" | "canBeUndone" | "waitsFor">
    | undefined;
  /** What policy denies it with. */
  readonly denial: Fault | undefined;
}

/** What an action may cost, and what policy would have it wait for now. */
export function costOf(
  runtime: Runtime,
  record: ResourceRecord,
  found: FoundAction,
): PlannedCost {
  const subject = { record, declared: record.declared };
  const { assessment, canBeUndone } = riskOf(runtime, subject, found);
  const { risk, impact, why } = assessment;
  const decision = policyOf(runtime, subject, { ...found, assessment, budget: runtime.budget });
  const denial = decision.type === "deny" ? decision.fault : undefined;
  return { cost: { risk, impact, why, canBeUndone, ...heldBy(decision) }, denial };
}

/** The budget of a plan: what is planned counts as one pass, and the present pass is left alone. */
export function budgetOfPlan({ policy }: Pick<Runtime, "policy">): PassBudget {
  return new PassBudget({ policy: () => policy.policy(), release: () => {} });
}

/** Once all is planned: whether what waited to be counted is within the budget. */
export function settleBudget(runtime: Runtime, outlooks: Map<ResourceRecord, Outlook>): void {
  if (!runtime.budget.settle()) return;
  for (const [record, outlook] of outlooks) {
    const { action } = outlook;
    if (action?.waitsFor?.for !== "budget" || action.verb === "skip") continue;
    const { waitsFor: _counted, ...rest } = action;
    const { risk, impact = "none", why = "", verb, changes } = action;
    const found = { verb, changes, observed: undefined, assessment: { risk, impact, why } };
    const subject = { record, declared: record.declared };
    const decision = policyOf(runtime, subject, { ...found, budget: runtime.budget });
    outlooks.set(record, { ...outlook, action: { ...rest, ...heldBy(decision) } });
  }
}

function heldBy(decision: PolicyDecision): Pick<PlannedAction, "waitsFor"> {
  if (decision.type !== "wait") return {};
  return { waitsFor: { for: decision.waitingFor, reason: decision.reason } };
}
