import canonicalize from "canonicalize";
import type { Change } from "./change.ts";
import type { ResourceId } from "./id.ts";
import type { Json } from "./json.ts";
import type { PlannedAction } from "./plan/action.ts";
import type { Hash } from "./ports/hash.ts";

/** SHA-256 of the RFC 8785 JSON of a value: equal for equal data, whatever the order of its fields. */
export function digestOf(value: Json, hash: Hash): string {
  return hash.sha256(canonicalize(value) ?? "null");
}

/** What an action's digest covers: who does what to what, under which spec, changing what. */
export interface DigestedAction {
  readonly agent: string;
  readonly id: ResourceId;
  /** `run`: an operation, whose name is its one change. */
  readonly verb: PlannedAction["verb"] | "run";
  readonly specDigest: string;
  readonly changes: readonly Change[];
}

/** The digest of one exact action, which an approval names. */
export function actionDigest(action: DigestedAction, hash: Hash): string {
  const { agent, id, verb, specDigest, changes } = action;
  const shown = changes.map(({ path, from, to, action: kind }) => ({
    path,
    from,
    to,
    action: kind,
  }));
  return digestOf({ agent, id, verb, specDigest, changes: shown }, hash);
}

/** The digest of a plan: of its actions' digests, in order. */
export function planDigest(actionDigests: readonly string[], hash: Hash): string {
  return digestOf(actionDigests, hash);
}
