import type { Risk } from "../gate/risk.ts";
import type { Resource } from "../resource/resource.ts";
import type { Match, PolicyVerb } from "./policy.ts";

/** An action as rules see it. */
export interface MatchedAction {
  readonly resource: Pick<Resource, "id" | "kind" | "meta">;
  readonly verb: PolicyVerb;
  readonly risk: Risk;
}

/** Tells whether a rule is about an action: all that the rule says holds. */
export function matchesAction(
  { kinds, ids, tags, verbs, risks }: Match,
  { resource, verb, risk }: MatchedAction,
): boolean {
  if (kinds?.has(resource.kind) === false) return false;
  if (verbs?.has(verb) === false) return false;
  if (risks?.has(risk) === false) return false;
  if (ids !== undefined && !ids.some((glob) => glob(resource.id))) return false;
  return tags === undefined || (resource.meta.tags ?? []).some((tag) => tags.has(tag));
}
