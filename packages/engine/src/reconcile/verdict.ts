import type { Cause, Change, Fault, JsonObject, ResourceId, WaitReason } from "@holdfast/core";

/** What a run came to. `settle` turns it into status, retries, events and hints. */
export type Verdict =
  | { readonly type: "inSync"; readonly details: JsonObject }
  | {
      readonly type: "changed";
      readonly cause: Cause;
      readonly changes: readonly Change[];
      readonly details: JsonObject;
    }
  /** Differs, and the gate said to look only. */
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
  | { readonly type: "blocked"; readonly by: ResourceId; readonly reason: string }
  | {
      readonly type: "waiting";
      readonly for: WaitReason;
      readonly untilMs: number | undefined;
      readonly cause: Cause;
      readonly changes: readonly Change[];
    }
  | { readonly type: "denied"; readonly fault: Fault }
  /** Still failing as before, and nothing outside has touched it: its next attempt stands. */
  | { readonly type: "backingOff" };

/** A verdict that says something new. */
export type News = Exclude<Verdict, { readonly type: "backingOff" }>;
