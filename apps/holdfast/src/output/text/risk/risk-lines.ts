import { kindOf, type Plan, type PlannedAction, riskTable } from "@holdfast/core";
import { listStandardKinds } from "@holdfast/resources";
import { costText } from "./cost-text.ts";
import { type Line, line, toned } from "../line.ts";

/** What each action of a plan may cost and why, and the rules of its kinds. */
export function riskLines({ actions }: Plan): readonly Line[] {
  const judged = actions.filter(({ why }) => why !== undefined);
  const kinds = new Set(judged.map(({ id }) => kindOf(id)));
  const rules = riskTable(listStandardKinds()).filter(
    ({ kind }) => kind === undefined || kinds.has(kind),
  );
  return [
    line(""),
    line(toned("strong", "Risk of each action")),
    ...judged.map(actionLine),
    line(""),
    line(toned("strong", "The rules, of every kind first")),
    ...rules.map(({ kind = "every kind", assessment: { risk, impact, why } }) =>
      line(`${kind}: `, toned(TONES[risk], costText(risk, impact)), `: ${why}`),
    ),
  ];
}

const TONES = { benign: "good", disruptive: "changed", destructive: "bad" } as const;

function actionLine({ id, risk, impact, why = "", canBeUndone }: PlannedAction): Line {
  const undo = canBeUndone === false ? "; cannot be undone" : "";
  return line(`${id}: `, toned(TONES[risk], costText(risk, impact)), `: ${why}${undo}`);
}
