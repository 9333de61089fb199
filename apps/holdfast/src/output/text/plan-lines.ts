import type { Change, Orphan, Plan, PlannedAction, WaitReason } from "@holdfast/core";
import { type ChangeView, changeLines } from "./change-lines.ts";
import { countLine } from "./count-line.ts";
import { diagnosticLines } from "./diagnostic-lines.ts";
import { faultLines } from "./fault-lines.ts";
import { costText } from "./risk/cost-text.ts";
import { indent, type Line, line, type Tone, toned } from "./line.ts";

/** A plan as lines: every action with its changes, then what is noteworthy, then the counts. */
export function planLines(plan: Plan, view: ChangeView): readonly Line[] {
  return [
    ...plan.actions.flatMap((action) => actionLines(action, view)),
    ...orphanLines(plan.orphans ?? []),
    ...plan.diagnostics.flatMap(diagnosticLines),
    ...plan.warnings.map((warning) => line(toned("changed", "warning: "), warning)),
    planSummaryLine(plan),
  ];
}

/** What left the manifest and stays, a line each, and what can be done about it. */
export function orphanLines(orphans: readonly Orphan[]): readonly Line[] {
  if (orphans.length === 0) return [];
  return [
    ...orphans.map(({ id, why }) =>
      line(toned("faint", "o "), toned("strong", id), toned("faint", `  orphaned: ${why}`)),
    ),
    line(
      toned("faint", "  → Declare them again, or say holdfast forget ID, or holdfast adopt ID."),
    ),
  ];
}

const MARKS: Readonly<Record<PlannedAction["verb"], readonly [mark: string, tone: Tone]>> = {
  create: ["+", "added"],
  update: ["~", "changed"],
  delete: ["-", "removed"],
  refresh: ["*", "changed"],
  skip: ["·", "faint"],
};

function actionLines(action: PlannedAction, view: ChangeView): readonly Line[] {
  const [mark, tone] = action.fault === undefined ? MARKS[action.verb] : (["!", "bad"] as const);
  return [
    line(toned(tone, mark), " ", toned("strong", action.id), ...remark(action), ...cost(action)),
    ...waitLines(action),
    ...action.changes
      .filter(isNews)
      .flatMap((change) => changeLines(change, view).map((content) => indent(4, content))),
    ...(action.fault ? faultLines(action.fault).map((content) => indent(4, content)) : []),
  ];
}

/** What it may cost, where that is more than nothing, and that no undo takes it back then. */
function cost({ risk, impact, canBeUndone }: PlannedAction) {
  if (risk === "benign") return [];
  const undo = canBeUndone === false ? ", cannot be undone" : "";
  const tone = risk === "destructive" ? "bad" : "changed";
  return [toned(tone, `  ${costText(risk, impact)}${undo}`)];
}

function waitLines({ waitsFor }: PlannedAction): readonly Line[] {
  if (waitsFor === undefined) return [];
  const { for: what, reason } = waitsFor;
  return [indent(4, line(toned("changed", `waits for ${WAITS_FOR[what]}: `), reason))];
}

/** As in a sentence. */
const WAITS_FOR: Readonly<Record<WaitReason, string>> = {
  condition: "a condition",
  window: "its window",
  veto: "the end of a veto",
  budget: "a person",
  approval: "an approval",
  limit: "its turn",
  paused: "a resume",
  hold: "a resume",
};

/** That a thing appears or goes away is what the mark of its action says. */
function isNews({ path, from, to }: Change): boolean {
  return path !== "state" || (from !== undefined && to !== undefined);
}

function remark(action: PlannedAction) {
  const words = [
    ...(action.verb === "skip" ? ["skipped"] : action.verb === "refresh" ? ["refresh"] : []),
    ...(action.blockedBy === undefined ? [] : [`blocked by ${action.blockedBy}`]),
    ...(action.isRemoval === true ? ["no longer declared"] : []),
    ...(action.reason === undefined ? [] : [action.reason]),
  ];
  return words.length === 0 ? [] : [toned("faint", `  ${words.join(", ")}`)];
}

function planSummaryLine(plan: Plan): Line {
  const { create, update, delete: remove, refresh, skip, inSync, unknown, refused } = plan.summary;
  return countLine("Plan", [
    [create, "to create", "added"],
    [update, "to update", "changed"],
    [remove, "to delete", "removed"],
    [refresh, "to refresh", "changed"],
    [refused, "will be refused", "bad"],
    [skip - unknown, "skipped", "faint"],
    [unknown, "unknown", "bad"],
    [plan.orphans?.length ?? 0, "orphaned", "faint"],
    [inSync, "in sync", "good"],
  ]);
}
