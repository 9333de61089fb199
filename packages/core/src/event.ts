import type { AgentOrder } from "./attribution/agent-order.ts";
import type { Change } from "./change.ts";
import type { FaultData } from "./fault/fault.ts";
import type { ResourceId } from "./id.ts";
import type { JsonObject } from "./json.ts";
import type { OperationReport } from "./resource/operation.ts";
import type { Result, ResultSummary } from "./result.ts";

/** The events that the engine publishes while it works. Sinks must not throw and must not act: they write or count. */
export type EngineEvent =
  | { readonly type: "started"; readonly generation: number; readonly resources: number }
  /** Every watch is live, the first pass is over, the loop begins. */
  | {
      readonly type: "watching";
      readonly resources: number;
      readonly watched: number;
      readonly polled: number;
    }
  | { readonly type: "reconciling"; readonly id: ResourceId }
  | { readonly type: "progress"; readonly id: ResourceId; readonly message: string }
  /** A resource that was in sync no longer is. `trigger` is the reason: a watch's word, or the kind of hint. */
  | {
      readonly type: "drift";
      readonly id: ResourceId;
      readonly trigger: string;
      /** A watch reported it, so it happened just now; else it may be as old as the last observation. */
      readonly isFromWatch: boolean;
      readonly changes: readonly Change[];
    }
  /**
   * The author of a drift that was published before; no repair waits for it. `author` is what `attributionJson` writes for
   * everybody, without secrets: `{type, certainty, words, …}`.
   */
  | {
      readonly type: "attributed";
      readonly id: ResourceId;
      readonly author: JsonObject & { readonly words: string };
    }
  /** A run ended. `latencyMs` is from the first hint that asked for it to its end. */
  | { readonly type: "result"; readonly result: Result; readonly latencyMs: number }
  /** An operation that somebody asked for ended. */
  | { readonly type: "operated"; readonly report: OperationReport }
  /** An approval came, was refused or was used. `by`: who gave it, for people; of a refused one, what refused it is in `fault`. */
  | {
      readonly type: "approval";
      readonly what: "given" | "refused" | "used";
      readonly id: ResourceId;
      readonly verb: string;
      readonly by: readonly string[];
      readonly fault?: FaultData;
    }
  /** A person had something done to the agent or its ledger. */
  | { readonly type: "ordered"; readonly order: AgentOrder }
  /** Something works less well than it should; `recovered` with the same subject ends it. */
  | { readonly type: "degraded"; readonly subject: string; readonly fault: FaultData }
  | { readonly type: "recovered"; readonly subject: string }
  /** A new manifest replaced the old one. */
  | { readonly type: "reloaded"; readonly generation: number; readonly resources: number }
  | { readonly type: "stopped"; readonly reason: string; readonly summary: ResultSummary };

/** Where events go. */
export type EventSink = (event: EngineEvent) => void;
