import { toFault } from "@holdfast/core";
import type { Run, Runtime } from "../runtime.ts";
import { recordDone } from "./attempt.ts";
import { detailsOf, owesRefresh } from "./gating.ts";
import { type Look, lookAtOnce } from "./look.ts";
import type { Subject } from "./tracked.ts";
import type { Verdict } from "./verdict.ts";

/** A look that a bulk read has made possible already, where nothing has to be done before it. */
export function earlyLook(runtime: Runtime, run: Run): Look | Promise<Look> | undefined {
  const { tracked, declared, hints } = run;
  const isPlain = declared.resource.meta.condition === undefined && tracked.leftovers.length === 0;
  return isPlain ? lookAtOnce(runtime, run, hints.stamp) : undefined;
}

/**
 * The verdict of what is as declared and owes nothing, by an early look. Of thousands that are looked at together nearly all
 * are, and nothing about those has to wait. `undefined`: anything else.
 */
export function inSyncAtOnce(
  runtime: Runtime,
  run: Run,
  early: Look | Promise<Look>,
): Verdict | undefined {
  if (early instanceof Promise || early.type === "unknown") return undefined;
  if (early.changes.length > 0 || run.tracked.unsettled !== undefined) return undefined;
  if (owesRefresh(runtime, run)) return undefined;
  try {
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
  { tracked, declared }: Subject,
  seen: Look,
): Promise<boolean> {
  const { unsettled, isStuck } = tracked;
  if (unsettled === undefined || isStuck || runtime.isDetectOnly(tracked)) return false;
  if (seen.type === "unknown" || seen.changes.length > 0) return false;
  const { observed } = seen;
  // Nobody knows what was there before, so it counts as found: what was found is never deleted.
  const deed = { attempt: unsettled, observed, provenance: "adopted" } as const;
  await recordDone(runtime, { tracked, declared }, deed);
  return true;
}
