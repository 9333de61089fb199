import { type Assessment, worse } from "../gate/risk.ts";
import type { AnyKind } from "../resource/kind.ts";
import type { JudgedAction } from "../resource/kind-context.ts";
import { GENERAL_RISKS } from "./general-risks.ts";

/** What an assessment takes as given. */
export interface AssessmentGiven {
  /** What the action changes or removes can be given back afterwards. */
  readonly isReversible: boolean;
}

/** The members of a kind that judge. */
export type JudgingKind = Pick<AnyKind, "risk">;

/**
 * Judges what an action may cost, by provenance and data and not by its verb; a kind refines it. Pure. A kind cannot make
 * light of what the general rules find destructive, unless its row answers for all that is there.
 */
export function assess(
  kind: JudgingKind,
  action: JudgedAction<unknown, unknown>,
  given: AssessmentGiven,
): Assessment {
  const own = kind.risk?.(action);
  if (own?.isWhole === true) return own;
  const general = generalRisk(action, given);
  return own === undefined ? general : worse(own, general);
}

function generalRisk(
  { verb, observed, provenance, isAsLeft, changes }: JudgedAction<unknown, unknown>,
  { isReversible }: AssessmentGiven,
): Assessment {
  if (verb === "refresh") return GENERAL_RISKS.unclassified;
  if (observed === undefined || isAdditive(changes)) return GENERAL_RISKS.new;
  if (isAsLeft === true && provenance === "created") return GENERAL_RISKS.asLeft;
  return isReversible ? GENERAL_RISKS.reversible : GENERAL_RISKS.lossy;
}

/** Nothing takes the place of anything: a line is added to a file. */
function isAdditive(changes: JudgedAction<unknown, unknown>["changes"]): boolean {
  return changes.length > 0 && changes.every(({ action }) => action === "add");
}
