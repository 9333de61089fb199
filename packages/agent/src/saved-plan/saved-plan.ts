import {
  API_VERSION,
  type ApprovalQuery,
  Fault,
  type JsonObject,
  type Plan,
  type PlannedAction,
  type PlanOrigin,
  type ResourceId,
} from "@holdfast/core";
import { planIn, sentPlan } from "../control/responses/plan.ts";

/** A plan that was saved, and what it was made with. */
export interface SavedPlan extends Plan {
  readonly origin: PlanOrigin;
  /** Absolute; `undefined`: the default source. */
  readonly source?: string;
}

/** Begins the text of each saved plan: by it one is known from a manifest. */
const SAVED_PLAN_HEAD = '{"apiVersion":"holdfast/v1","kind":"Plan",';

/** Values that not everybody may read are left out of a file that is passed on. */
const ANYBODY = { uid: undefined };

/**
 * A plan as the text of a file. There is no secret in it, and nothing that only root may read.
 * @throws {Fault} NotBuilt, of a plan that says nothing of its agent.
 */
export function savedPlanText(plan: Plan, source: string | undefined): string {
  const { origin } = plan;
  if (origin === undefined) throw notOfAnAgent();
  const { head, actions } = sentPlan({ value: () => plan }, ANYBODY, { isWhole: true });
  const made = source === undefined ? {} : { source };
  const fields = { ...made, ...head, actions: [...actions] };
  return `${JSON.stringify({ apiVersion: API_VERSION, kind: "Plan", ...fields })}\n`;
}

/** Whether a text is meant to be a saved plan. */
export function isSavedPlan(text: string): boolean {
  return text.startsWith(SAVED_PLAN_HEAD);
}

/**
 * Reads a saved plan.
 * @throws {Fault} InputInvalid, when it is none.
 */
export function readSavedPlan(text: string, file: string): SavedPlan {
  const value = parsed(text, file);
  const { origin, ...plan } = planIn(value);
  const { source } = value;
  if (origin === undefined || plan.digest === "") throw notASavedPlan(file);
  return { ...plan, origin, ...(typeof source === "string" ? { source } : {}) };
}

/**
 * Refuses a saved plan that is not what would be done now (P6). What it names and is in sync by now has succeeded, and is not
 * repeated.
 * @throws {Fault} ApprovalForOtherAgent, ApprovalForOtherLineage, PlanOutdated.
 */
export function refuseMoved(saved: SavedPlan, now: Plan): void {
  const { origin } = now;
  if (origin === undefined) throw notOfAnAgent();
  const { agent, lineage, planned } = saved.origin;
  if (agent !== origin.agent)
    throw outdated(`it was made for ${agent}, and this is ${origin.agent}`);
  // Where nothing had ever been applied, to approve the plan was the first record.
  if (lineage !== "" && lineage !== origin.lineage)
    throw outdated("it was made with another ledger");
  if (planned !== origin.planned || saved.generation !== now.generation) {
    const generations = `generation ${saved.generation}, and now it is ${now.generation}`;
    throw outdated(`something else is declared since: it was made from ${generations}`);
  }
  const known = actionsById(saved);
  for (const action of now.actions) {
    if (action.verb !== "skip" && !isAsSaved(known.get(action.id), action)) {
      throw outdated(`it does not have to ${action.verb} ${action.id} as it would be done now`);
    }
  }
}

/** Why an action is not one of a saved plan; `undefined` when it is. */
export function outsideOf(saved: SavedPlan): (action: ApprovalQuery) => Fault | undefined {
  const known = actionsById(saved);
  return ({ id, verb, digest }) =>
    isAsSaved(known.get(id), { verb, digest })
      ? undefined
      : outdated(`it does not have to ${verb} ${id} as it would be done now`);
}

/**
 * What could not be observed when it was planned has no changes there, and may differ as it will. A refresh follows changes
 * that are in the plan.
 */
function isAsSaved(
  saved: PlannedAction | undefined,
  { verb, digest }: { readonly verb: string; readonly digest?: string },
): boolean {
  if (saved === undefined || saved.verb === "skip") return false;
  const wasSeen = saved.changes.length > 0 || saved.verb === "refresh";
  return saved.digest === digest || verb === "refresh" || !wasSeen;
}

function actionsById({ actions }: Plan): ReadonlyMap<ResourceId, PlannedAction> {
  return new Map(actions.map((action) => [action.id, action]));
}

function parsed(text: string, file: string): JsonObject {
  if (!isSavedPlan(text)) throw notASavedPlan(file);
  try {
    return JSON.parse(text) as JsonObject;
  } catch (error) {
    throw notASavedPlan(file, error);
  }
}

function outdated(why: string): Fault {
  return new Fault({
    reason: "PlanOutdated",
    message: `the saved plan cannot be applied: ${why}`,
    resolution: "Make a new one with holdfast plan --save FILE, and have that approved.",
  });
}

function notASavedPlan(file: string, cause?: unknown): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `${file} is no saved plan`,
    resolution: "Make one with holdfast plan --save FILE.",
    cause,
  });
}

function notOfAnAgent(): Fault {
  return new Fault({
    reason: "NotBuilt",
    message: "the agent does not say where its plan is from",
    resolution: "Use an agent of this version.",
  });
}
