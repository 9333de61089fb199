import type { FaultReason, Plan, PlannedAction, ResultSummary } from "@holdfast/core";

/** How a command came out, in the words of the table below. */
export type Ending = keyof typeof EXIT_CODES;

/**
 * The one table of exit codes. `plain` is what a command ends with, `detailed` with `--detailed-exit-codes`: without
 * it, being in sync, having changed something and changes that wait are all success.
 */
export const EXIT_CODES = {
  inSync: { detailed: 0, plain: 0 },
  error: { detailed: 1, plain: 1 },
  changed: { detailed: 2, plain: 0 },
  someFailed: { detailed: 3, plain: 1 },
  allFailed: { detailed: 4, plain: 1 },
  changesPending: { detailed: 5, plain: 0 },
  notPrivileged: { detailed: 10, plain: 1 },
  notFound: { detailed: 11, plain: 1 },
} as const satisfies Record<string, { detailed: number; plain: number }>;

/** The process's exit code for an ending. */
export function exitCode(ending: Ending, isDetailed: boolean): number {
  return EXIT_CODES[ending][isDetailed ? "detailed" : "plain"];
}

/** Whether a command that ends with this code has done what it was asked, in the table's either column. */
export function isSuccess(code: number): boolean {
  const { inSync, changed, changesPending } = EXIT_CODES;
  return [inSync, changed, changesPending].some(({ detailed }) => detailed === code);
}

/** How a command that was stopped by a fault ends. */
export function endingOfFault(reason: FaultReason): Ending {
  if (reason === "NotPrivileged") return "notPrivileged";
  return reason === "NotFound" ? "notFound" : "error";
}

/**
 * How an apply ends: the worst of all its resources. Denied and unknown count as failed; what differs and was not to
 * be applied (noop, detect only), or waits for a condition, is pending; a pass that was cut short without a failure is
 * an error.
 */
export function endingOfResults(summary: ResultSummary): Ending {
  const bad = summary.failed + summary.denied + summary.unknown;
  const good = summary.ok + summary.changed + summary.noop;
  if (bad > 0) return good === 0 ? "allFailed" : "someFailed";
  const { waiting = 0 } = summary;
  if (summary.skipped > waiting) return "error";
  if (summary.changed > 0) return "changed";
  return summary.noop + waiting > 0 ? "changesPending" : "inSync";
}

/**
 * How serving ends: as an apply, but when it was asked to stop, what it did not come to any more is no failure.
 */
export function endingOfServe(summary: ResultSummary, isAskedToStop: boolean): Ending {
  return endingOfResults(isAskedToStop ? { ...summary, skipped: 0 } : summary);
}

/** How a plan ends. A resource that could not be observed, or is refused, counts as failed. */
export function endingOfPlan(plan: Plan): Ending {
  const bad = plan.actions.filter((action) => action.fault !== undefined).length;
  const isPending = plan.actions.some(waits);
  if (bad > 0) return isPending || plan.summary.inSync > 0 ? "someFailed" : "allFailed";
  return isPending ? "changesPending" : "inSync";
}

function waits(action: PlannedAction): boolean {
  if (action.fault !== undefined) return false;
  // What is skipped without a fault waits for a condition, or for what does.
  return action.verb !== "skip" || action.changes.length > 0 || action.reason !== undefined;
}
