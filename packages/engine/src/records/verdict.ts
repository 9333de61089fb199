import {
  type Cause,
  type Change,
  type Fault,
  type JsonObject,
  type ResourceId,
  type Result,
  type ResultStatus,
  unreachable,
  type Unready,
  type WaitReason,
} from "@holdfast/core";
import type { RunEnd } from "../run-observer.ts";
import type { Run } from "../runtime.ts";

/** What a run came to. `settle` turns it into status, retries, events and hints. */
export type Verdict =
  | { readonly type: "inSync"; readonly details: JsonObject }
  | {
      readonly type: "changed";
      readonly cause: Cause;
      readonly changes: readonly Change[];
      readonly details: JsonObject;
      /** The name of the change; `undefined` when nothing of it can be undone. */
      readonly op?: string | undefined;
    }
  /** Differs, and the gate allows only to observe. */
  | {
      readonly type: "drifted";
      readonly cause: Cause;
      readonly changes: readonly Change[];
      readonly reason: string;
    }
  | {
      readonly type: "failed";
      readonly fault: Fault;
      readonly cause: Cause;
      readonly changes: readonly Change[];
    }
  | { readonly type: "unknown"; readonly fault: Fault }
  | {
      readonly type: "blocked";
      readonly by: ResourceId;
      readonly unready?: Unready | undefined;
      readonly reason: string;
    }
  | {
      readonly type: "waiting";
      readonly for: WaitReason;
      readonly untilMs: number | undefined;
      readonly reason: string | undefined;
      readonly cause: Cause;
      readonly changes: readonly Change[];
    }
  | { readonly type: "denied"; readonly fault: Fault }
  /** Still failing as before, and nothing outside has touched it: its next attempt stands. */
  | { readonly type: "backingOff" }
  /** Another manifest came before anything was written: the run that it asked for decides. */
  | { readonly type: "superseded" }
  /** While it waited for its lane, something it depends on is to be observed: that one goes first. */
  | { readonly type: "overtaken" };

/** A verdict that says something new. */
export type News = Exclude<Verdict, { readonly type: "backingOff" | "superseded" | "overtaken" }>;

/** Shared, because most results have none and each resource keeps its last. */
const NO_CHANGES: readonly Change[] = [];

/** A verdict as the result that is reported. */
export function resultOf(run: Run, verdict: News, durationMs: number): Result {
  const { id } = run.record;
  const base = (
    status: ResultStatus,
    cause: Cause = "intent",
    changes: readonly Change[] = NO_CHANGES,
  ) => ({
    id,
    status,
    cause,
    changes,
    durationMs,
    ...(run.record.declared.resource.removal === undefined ? {} : { isRemoval: true as const }),
  });
  switch (verdict.type) {
    case "inSync":
      return base("ok");
    case "changed":
      return {
        ...base("changed", verdict.cause, verdict.changes),
        ...(verdict.op === undefined ? {} : { op: verdict.op }),
      };
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
        reason: `waiting: ${verdict.for}${verdict.reason === undefined ? "" : `: ${verdict.reason}`}`,
        waitingFor: verdict.for,
      };
    case "denied":
      return { ...base("denied"), fault: verdict.fault.toJSON() };
    default:
      return unreachable(verdict);
  }
}

/** Whether a result says nothing that the one before it did not; an attempt is news each time. */
export function isRepeated(result: Result, before: Result | undefined): boolean {
  if (before === undefined || !IDLE.has(result.status)) return false;
  if (result.status === "ok") return true;
  const said = (one: Result): string => JSON.stringify({ ...one, cause: "", durationMs: 0 });
  return said(result) === said(before);
}

/** The results of runs without an attempt. */
const IDLE: ReadonlySet<ResultStatus> = new Set(["ok", "noop", "skipped", "denied"]);

/** A verdict as observers get it. */
export function runEndOf(verdict: Verdict): RunEnd {
  if ("fault" in verdict) return { verdict: verdict.type, reason: verdict.fault.reason };
  return verdict.type === "waiting"
    ? { verdict: verdict.type, reason: verdict.for }
    : { verdict: verdict.type };
}
