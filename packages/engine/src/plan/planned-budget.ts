import { policyOf } from "../policy/judge-action.ts";
import { PassBudget } from "../policy/pass-budget.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import type { Outlook } from "./outlook.ts";
import { heldBy } from "./planned-cost.ts";

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
    outlooks.set(record, {
      ...outlook,
      action: { ...rest, ...heldBy(runtime, subject, { verb, changes, decision }) },
    });
  }
}
