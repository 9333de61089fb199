import { toFault, withKeepAdvice } from "@holdfast/core";
import { isToBeRemoved } from "../records/identity.ts";
import type { Verdict } from "../records/verdict.ts";
import type { Run, Runtime } from "../runtime.ts";

/** What a removal comes to that has nothing left to do: whatever is there now is none of our business. */
export const NOTHING_LEFT = { type: "inSync", details: {} } as const satisfies Verdict;

/**
 * Drops what the ledger remembers of a resource that left the manifest and is gone, durably: from then on nothing is done
 * to it. A crash before that finds it gone again. Of one that failed, the fault says how to keep it instead.
 */
export async function forgetRemoved(
  runtime: Runtime,
  settled: { readonly run: Run; readonly verdict: Verdict },
): Promise<{ readonly run: Run; readonly verdict: Verdict }> {
  const { run, verdict } = settled;
  const { record, declared } = run;
  const { removal, revert } = declared.resource;
  if (removal === undefined && revert?.leaves !== "nothing") return settled;
  if (verdict.type === "failed" && removal !== undefined) {
    return { run, verdict: { ...verdict, fault: withKeepAdvice(verdict.fault, record.id) } };
  }
  const isGone = verdict.type === "changed" || verdict.type === "inSync";
  const isOnlyObserved = declared.resource.meta.noop === true || runtime.isDetectOnly(record);
  const isWhole = isToBeRemoved(runtime, run) && isOnlyObserved;
  if (!isGone || isWhole) return settled;
  try {
    await runtime.ledger.forget(record.id, runtime.killed);
    return settled;
  } catch (error) {
    const fault = toFault(error);
    return { run, verdict: { type: "failed", fault, cause: "intent", changes: [] } };
  }
}
