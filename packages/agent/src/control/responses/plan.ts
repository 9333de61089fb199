import {
  API_VERSION,
  changesJson,
  faultJson,
  type JsonObject,
  parseResourceId,
  type Plan,
  type PlannedAction,
  type PlanSummary,
  type Reader,
} from "@holdfast/core";
import { changesIn, faultIn } from "./changes.ts";
import { listIn, numberIn, objectIn, textIn, textsIn } from "./json.ts";

/** A plan as the agent sends it; `planIn` reads it. */
export function sentPlan(plan: Plan, reader: Reader): JsonObject {
  const { generation, digest, summary, warnings } = plan;
  const actions = plan.actions.map((action) => sentAction(action, reader));
  return {
    apiVersion: API_VERSION,
    generation,
    digest,
    actions,
    summary: { ...summary },
    warnings,
  };
}

function sentAction(action: PlannedAction, reader: Reader): JsonObject {
  const { fault, changes, ...rest } = action;
  return {
    ...rest,
    changes: changesJson(changes, reader),
    ...(fault === undefined ? {} : { fault: faultJson(fault) }),
  };
}

/** The plan in an answer. */
export function planIn(answer: JsonObject): Plan {
  return {
    generation: numberIn(answer["generation"]),
    digest: textIn(answer["digest"]),
    actions: listIn(answer["actions"]).flatMap(actionIn),
    summary: summaryIn(objectIn(answer["summary"])),
    warnings: textsIn(answer["warnings"]),
    diagnostics: [],
  };
}

const VERBS: readonly PlannedAction["verb"][] = ["create", "update", "delete", "refresh", "skip"];

/** What an agent of another version calls otherwise is left out. */
function actionIn(action: JsonObject): readonly PlannedAction[] {
  const id = parseResourceId(textIn(action["id"]));
  const verb = VERBS.find((one) => one === action["verb"]);
  if (id === undefined || verb === undefined) return [];
  const blockedBy = parseResourceId(textIn(action["blockedBy"]));
  const reason = textIn(action["reason"]);
  const fault = faultIn(action);
  return [
    {
      id,
      verb,
      risk: "unclassified",
      cause: action["cause"] === "drift" ? "drift" : "intent",
      changes: changesIn(action),
      ...(blockedBy === undefined ? {} : { blockedBy }),
      ...(reason === "" ? {} : { reason }),
      ...(fault === undefined ? {} : { fault }),
    },
  ];
}

function summaryIn(summary: JsonObject): PlanSummary {
  const count = (name: keyof PlanSummary): number => numberIn(summary[name]);
  return {
    create: count("create"),
    update: count("update"),
    delete: count("delete"),
    refresh: count("refresh"),
    skip: count("skip"),
    inSync: count("inSync"),
    unknown: count("unknown"),
  };
}
