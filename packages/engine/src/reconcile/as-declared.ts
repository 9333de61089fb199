import { toFault } from "@holdfast/core";
import type { Run, Runtime } from "../runtime.ts";
import { recordDone } from "./attempt.ts";
import { detailsOf, owesRefresh } from "./gating.ts";
import { type Finding, observeAtOnce } from "./observe.ts";
import { noteIntent } from "../records/identity.ts";
import type { Subject } from "../records/resource-record.ts";
import type { Verdict } from "../records/verdict.ts";

/** A finding that a bulk read made possible already, where nothing has to be done before it. */
export function earlyFinding(runtime: Runtime, run: Run): Finding | Promise<Finding> | undefined {
  const { record, declared, hints } = run;
  const { meta, removal } = declared.resource;
  const isPlain =
    meta.condition === undefined && removal === undefined && record.staleIntents.length === 0;
  return isPlain ? observeAtOnce(runtime, run, hints.stamp) : undefined;
}

/**
 * The verdict of what is as declared and owes nothing, by an early finding. Of thousands that are observed together
 * nearly all are, and nothing about those has to wait. `undefined`: anything else.
 */
export function inSyncAtOnce(
  runtime: Runtime,
  run: Run,
  early: Finding | Promise<Finding>,
): Verdict | undefined {
  if (early instanceof Promise || early.type === "unknown") return undefined;
  if (early.changes.length > 0 || run.record.unsettled !== undefined) return undefined;
  if (owesRefresh(runtime, run)) return undefined;
  try {
    noteIntent(run, early.observed);
    return { type: "inSync", details: detailsOf(run.declared, early.observed) };
  } catch (error) {
    return { type: "unknown", fault: toFault(error) };
  }
}

/**
 * An attempt was cut off, or its outcome could not be written, and the resource is as declared: it has taken effect.
 * @throws {Fault} LedgerUnavailable.
 */
export async function settleLate(
  runtime: Runtime,
  { record, declared }: Subject,
  seen: Finding,
): Promise<boolean> {
  const { unsettled, isStuck } = record;
  if (unsettled === undefined || isStuck || runtime.isDetectOnly(record)) return false;
  if (seen.type === "unknown" || seen.changes.length > 0) return false;
  const { observed } = seen;
  // Its earlier state is unknown, so it counts as found: a found resource is never deleted.
  const provenance = runtime.ledger.lastApplied(record.id)?.provenance ?? "adopted";
  const operation = { attempt: unsettled, observed, provenance };
  await recordDone(runtime, { record, declared }, operation);
  return true;
}
