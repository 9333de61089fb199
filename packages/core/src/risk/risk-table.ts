import type { Assessment } from "../gate/risk.ts";
import type { AnyKind } from "../resource/kind.ts";
import { GENERAL_RISKS } from "./general-risks.ts";

/** One row of the table that people read. */
export interface RiskRow {
  /** `undefined`: it holds for every kind. */
  readonly kind: string | undefined;
  readonly assessment: Assessment;
}

/** Every row there is: the general rules first, then those of each kind, with its operations. Pure. */
export function riskTable(kinds: readonly AnyKind[]): readonly RiskRow[] {
  const general = Object.values(GENERAL_RISKS).map((assessment) => ({
    kind: undefined,
    assessment,
  }));
  return [...general, ...kinds.flatMap(rowsOf)];
}

function rowsOf({ kind, risks = {}, operations = {} }: AnyKind): readonly RiskRow[] {
  const actions = Object.values(risks).map((assessment) => ({ kind, assessment }));
  const asked = Object.entries(operations).map(([name, { risk, impact }]) => ({
    kind,
    assessment: { risk, impact, why: `holdfast run ${kind}:… ${name}` },
  }));
  return [...actions, ...asked];
}
