import type { Assessment, JudgedAction } from "@holdfast/core";
import type { GitCheckoutObserved } from "./observe.ts";
import type { GitCheckoutSpec } from "./spec.ts";

/** The rows of checkouts. Local work is kept aside or refused, so they answer for everything. */
export const GIT_CHECKOUT_RISKS = {
  removed: {
    risk: "benign",
    impact: "none",
    why: "removes a checkout without local work, or is refused",
    isWhole: true,
  },
  removedWithWork: {
    risk: "destructive",
    impact: "data",
    why: "removes a checkout with what no repository has (force)",
    isWhole: true,
  },
  commit: {
    risk: "benign",
    impact: "none",
    why: "checks a commit out; local work in its way is kept aside",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to a checkout. */
export function riskOfGitCheckout({
  spec,
}: JudgedAction<GitCheckoutSpec, GitCheckoutObserved>): Assessment {
  if (!spec.isAbsent) return GIT_CHECKOUT_RISKS.commit;
  return spec.force ? GIT_CHECKOUT_RISKS.removedWithWork : GIT_CHECKOUT_RISKS.removed;
}
