import { Fault } from "../fault/fault.ts";
import type { FaultReason } from "../fault/fault-reasons.ts";
import type { ResourceId } from "../id.ts";

/** Ends that say nothing of what is in the way: it was cut off, or took too long. */
const CUT_OFF: ReadonlySet<FaultReason> = new Set(["Aborted", "ResourceTimeout"]);

/**
 * The fault of a removal with one more advice: what is no longer declared cannot be declared otherwise, so that keeping it
 * is a way out too.
 */
export function withKeepAdvice(fault: Fault, id: ResourceId): Fault {
  if (CUT_OFF.has(fault.reason)) return fault;
  const { reason, message, retry, diagnostics } = fault;
  const resolution = `${fault.resolution} Or keep it: holdfast adopt ${id}.`;
  return new Fault({ reason, message, resolution, retry, diagnostics, cause: fault });
}
