import { digestOf, type Hash, type Json, type JsonObject } from "@holdfast/core";
import type { State } from "../state/state.ts";
import { type Action, type Summary, summarizeActions } from "./action.ts";

/** What a provider computes. The kit adds the rest of a plan. */
export interface PlanContent {
  /** In the order in which they are done. */
  readonly actions: readonly Action[];
  readonly warnings: readonly string[];
  /** Whatever the provider wants to find again when it applies the plan. Default: nothing. */
  readonly metadata?: JsonObject;
}

/** What a plan was made from: it is applied while that is so (P6). */
export interface PlanBase {
  /** Of the state; empty where there was none. */
  readonly lineage: string;
  /** Of the state; 0 where there was none. */
  readonly serial: number;
  /** SHA-256 of the RFC 8785 JSON of the actions, the lineage and the serial. */
  readonly digest: string;
}

/** What would be done about one provider. */
export interface Plan {
  /** The provider's. */
  readonly type: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly configPath: string;
  readonly actions: readonly Action[];
  readonly summary: Summary;
  readonly warnings: readonly string[];
  readonly metadata: JsonObject;
  readonly base: PlanBase;
}

/** Makes a plan of what a provider computed. */
export function createPlan(
  content: PlanContent,
  given: {
    readonly type: string;
    readonly configPath: string;
    readonly state: State | undefined;
    readonly nowMs: number;
    readonly hash: Hash;
  },
): Plan {
  const { actions, warnings, metadata = {} } = content;
  const { type, configPath, state, nowMs, hash } = given;
  const lineage = state?.lineage ?? "";
  const serial = state?.serial ?? 0;
  const digested = { type, lineage, serial, actions: actions.map(actionJson), metadata };
  return {
    type,
    generatedAt: new Date(nowMs).toISOString(),
    configPath,
    actions,
    summary: summarizeActions(actions),
    warnings,
    metadata,
    base: { lineage, serial, digest: digestOf(digested, hash) },
  };
}

function actionJson({ changes, ...action }: Action): Json {
  return { ...action, changes: changes.map((change) => ({ ...change })) };
}
