import type { Change } from "../change.ts";
import type { FaultData } from "../fault/fault.ts";
import type { ResourceHealth, Unready } from "../health/judge-health.ts";
import type { ResourceId } from "../id.ts";
import type { JsonObject } from "../json.ts";

/** What a resource waits for when nothing is wrong with it. */
export type WaitReason =
  | "condition"
  | "window"
  | "veto"
  | "budget"
  | "approval"
  | "limit"
  | "paused"
  | "hold";

/** What is known of a resource, without since when. */
export type StatusBody =
  /** Never checked. */
  | { readonly type: "Pending" }
  /** `progress` is what its kind says of work that takes time, one sentence. */
  | { readonly type: "Reconciling"; readonly progress?: string }
  | { readonly type: "Ready"; readonly details: JsonObject }
  /** Differs and is not to be applied (noop, detect only). */
  | { readonly type: "Drifted"; readonly changes: readonly Change[] }
  /** `retryAtMs` on the monotonic clock; `undefined` when nothing but news starts it again. */
  | { readonly type: "Failed"; readonly fault: FaultData; readonly retryAtMs?: number }
  /**
   * `by` is the root: the resource that failed, not the one in between. `unready`: nothing has failed there, but its
   * health checks do not say that it is ready.
   */
  | { readonly type: "Blocked"; readonly by: ResourceId; readonly unready?: Unready }
  | {
      readonly type: "Waiting";
      readonly for: WaitReason;
      readonly untilMs?: number;
      /** What exactly is missing, in words, where `for` does not say it all. */
      readonly reason?: string;
    }
  | { readonly type: "Denied"; readonly fault: FaultData }
  | { readonly type: "Unknown"; readonly fault: FaultData; readonly retryAtMs?: number }
  | { readonly type: "UnknownKind" };

/** The truth about one resource. */
export type ResourceStatus = StatusBody & {
  /** When it became so, monotonic milliseconds. */
  readonly sinceMs: number;
  /** The generation under which this verdict was given; `undefined` before the first. */
  readonly observedGeneration?: number;
  /** Failed more often than the configured attempts: tried again once per cap. */
  readonly isStalled?: true;
  /** Repaired three times within ten minutes. */
  readonly isFlapping?: true;
  /** What its health checks say, apart from all else; absent where it has none. */
  readonly health?: ResourceHealth;
};
