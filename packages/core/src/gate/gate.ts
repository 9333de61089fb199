import { Fault } from "../fault/fault.ts";
import type { Change } from "../change.ts";
import type { FaultReason } from "../fault/fault-reasons.ts";
import type { Unready } from "../health/judge-health.ts";
import type { ResourceId } from "../id.ts";
import type { WaitReason } from "../status/status.ts";

/** Before anything is read: may this resource be observed now? */
export interface PreGateInput {
  readonly id: ResourceId;
  /** Why the kind cannot be used here, if so. */
  readonly kindRefusal?: {
    readonly reason: FaultReason;
    readonly message: string;
    readonly resolution: string;
  };
  /** The root of a failed or blocked dependency. */
  readonly blockedBy?: ResourceId;
  /** Nothing has failed there, but it is not ready. */
  readonly unready?: Unready;
  /** What its conditions on the machine lack, in words; `undefined` when they hold. */
  readonly unmetCondition?: string;
  /** An operator has paused the agent. */
  readonly isPaused?: boolean;
}

/** On a fresh diff: may these changes be made now? */
export interface PostGateInput {
  readonly id: ResourceId;
  readonly changes: readonly Change[];
  readonly isNoop: boolean;
  readonly isDetectOnly: boolean;
  /** An undo or a revert holds this very spec back: why, in words. Default: nothing does. */
  readonly hold?: string;
  /** What policy says. Asked only when nothing before it decides. */
  readonly policy: () => PolicyDecision;
  /** When the limiter has its next token, monotonic milliseconds; `undefined` when it has one now. */
  readonly limitedUntilMs?: number;
  readonly isStopping: boolean;
  /** An operator paused the agent after the observation began. */
  readonly isPaused: boolean;
  /** What its conditions lack by now, in words: they held when the observation began. */
  readonly unmetCondition?: string;
}

/** What policy says of one action: windows, vetoes, the budget of the pass, rules and approvals. */
export type PolicyDecision =
  /** `approvals`: only because so many people approved it, whose approvals are used up by it. Default: it needs none. */
  | { readonly type: "allow"; readonly approvals?: number }
  | {
      readonly type: "wait";
      readonly waitingFor: "window" | "veto" | "budget" | "approval";
      /** When it is to be asked again, by the wall clock; `undefined` when no time changes it. */
      readonly untilMs?: number;
      readonly reason: string;
    }
  | { readonly type: "deny"; readonly fault: Fault };

/** The one decision. Every refusal has a reason that becomes a status. */
export type Decision =
  /** `approvals`: as of `PolicyDecision`. */
  | { readonly type: "allow"; readonly approvals?: number }
  | { readonly type: "observe-only"; readonly reason: "noop" | "detect only" }
  | { readonly type: "blocked"; readonly by: ResourceId; readonly unready?: Unready }
  | {
      readonly type: "defer";
      readonly waitingFor: WaitReason;
      /** Monotonic milliseconds. */
      readonly untilMs?: number;
      /** The same where the wall clock says it, in milliseconds since 1970. */
      readonly untilWallMs?: number;
      /** What exactly is missing, in words, where `waitingFor` does not say it all. */
      readonly reason?: string;
    }
  | { readonly type: "deny"; readonly fault: Fault };

const ALLOW: Decision = { type: "allow" };

/** Decides before the lane: known kind, then dependencies, then conditions, then pause. */
export function preGate(input: PreGateInput): Decision {
  if (input.kindRefusal) return { type: "deny", fault: new Fault(input.kindRefusal) };
  const { blockedBy: by, unready } = input;
  if (by !== undefined)
    return { type: "blocked", by, ...(unready === undefined ? {} : { unready }) };
  if (input.unmetCondition !== undefined) return closed(input.unmetCondition);
  if (input.isPaused) return { type: "defer", waitingFor: "paused" };
  return ALLOW;
}

/**
 * Decides after the diff: noop and detect-only first, because nothing else matters then; then what holds the whole agent or
 * this resource back; then policy, and last the limit, which only delays.
 */
export function postGate(input: PostGateInput): Decision {
  if (input.isNoop) return { type: "observe-only", reason: "noop" };
  if (input.isDetectOnly) return { type: "observe-only", reason: "detect only" };
  if (input.isStopping || input.isPaused) return { type: "defer", waitingFor: "paused" };
  if (input.unmetCondition !== undefined) return closed(input.unmetCondition);
  if (input.hold !== undefined) return { type: "defer", waitingFor: "hold", reason: input.hold };
  const policy = input.policy();
  if (policy.type === "deny") return policy;
  if (policy.type === "wait") return waits(policy);
  if (input.limitedUntilMs !== undefined) {
    return { type: "defer", waitingFor: "limit", untilMs: input.limitedUntilMs };
  }
  return policy;
}

function waits({
  waitingFor,
  untilMs,
  reason,
}: PolicyDecision & { readonly type: "wait" }): Decision {
  const until = untilMs === undefined ? {} : { untilWallMs: untilMs };
  return { type: "defer", waitingFor, reason, ...until };
}

function closed(reason: string): Decision {
  return { type: "defer", waitingFor: "condition", reason };
}
