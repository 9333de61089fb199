import { type Cause, digestOf } from "@holdfast/core";
import type { Runtime } from "../runtime.ts";
import type { Tracked } from "./tracked.ts";

/** The digest of what was declared, computed when it is first needed. */
export function specDigestOf(runtime: Runtime, tracked: Tracked): string {
  tracked.specDigest ??= digestOf(tracked.resource.input, runtime.host.hash);
  return tracked.specDigest;
}

/**
 * Why a difference is there: drift when the present spec was seen in sync before, by this process or by the last apply
 * the ledger knows; else a new intent.
 */
export function causeOf(runtime: Runtime, tracked: Tracked): Cause {
  if (tracked.wasInSync) return "drift";
  const last = runtime.ledger.lastApplied(tracked.id);
  return last?.specDigest === specDigestOf(runtime, tracked) ? "drift" : "intent";
}
