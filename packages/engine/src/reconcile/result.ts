import {
  type Cause,
  type Change,
  type Result,
  type ResultStatus,
  unreachable,
} from "@holdfast/core";
import type { Run } from "../runtime.ts";
import type { News } from "./verdict.ts";

/** A verdict as the result that is reported. */
export function resultOf(run: Run, verdict: News, durationMs: number): Result {
  const { id } = run.tracked;
  const base = (
    status: ResultStatus,
    cause: Cause = "intent",
    changes: readonly Change[] = [],
  ) => ({
    id,
    status,
    cause,
    changes,
    durationMs,
  });
  switch (verdict.type) {
    case "inSync":
      return base("ok");
    case "changed":
      return base("changed", verdict.cause, verdict.changes);
    case "drifted":
      return { ...base("noop", verdict.cause, verdict.changes), reason: verdict.reason };
    case "failed":
      return { ...base("failed", verdict.cause, verdict.changes), fault: verdict.fault.toJSON() };
    case "unknown":
      return { ...base("unknown"), fault: verdict.fault.toJSON() };
    case "blocked":
      return { ...base("skipped"), blockedBy: verdict.by, reason: verdict.reason };
    case "waiting":
      return {
        ...base("skipped", verdict.cause, verdict.changes),
        reason: `waiting: ${verdict.for}`,
      };
    case "denied":
      return { ...base("denied"), fault: verdict.fault.toJSON() };
    default:
      return unreachable(verdict);
  }
}
