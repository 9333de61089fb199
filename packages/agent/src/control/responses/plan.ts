import {
  API_VERSION,
  changesJson,
  faultJson,
  type Impact,
  type JsonObject,
  type Orphan,
  parseResourceId,
  type Plan,
  type PlannedAction,
  type PlanSummary,
  type Reader,
  type Risk,
  type WaitReason,
  withoutLongValues,
} from "@holdfast/core";
import type { Kept } from "../passes/shared-work.ts";
import { changesIn, faultIn } from "./changes.ts";
import { listIn, numberIn, objectIn, textIn, textsIn } from "./json.ts";

/** A plan as the agent sends it: the other fields, then `actions`, made as they are taken. `planIn` reads it. */
export interface SentPlan {
  readonly head: JsonObject;
  readonly actions: Iterable<JsonObject>;
}

/** How a plan is sent. */
export interface SentForm {
  /** With long values; else they are sent as their size. Who may only read costs the agent no more than that. */
  readonly isWhole: boolean;
}

/** Makes a plan into what is sent of it, for as long as it is kept. */
export function sentPlan(plan: Kept<Plan>, reader: Reader, form: SentForm): SentPlan {
  const { generation, digest, summary, warnings, orphans = [] } = plan.value();
  const head = {
    apiVersion: API_VERSION,
    generation,
    digest,
    summary: { ...summary },
    warnings,
    orphans: orphans.map(({ id, why }) => ({ id, why })),
  };
  return { head, actions: sentActions(plan, reader, form) };
}

/** Takes the plan anew for each action: one that is not kept any more is not held by who reads slowly. */
function* sentActions(
  plan: Kept<Plan>,
  reader: Reader,
  form: SentForm,
): Generator<JsonObject, void> {
  const { length } = plan.value().actions;
  for (let at = 0; at < length; at += 1) {
    const action = plan.value().actions[at];
    if (action !== undefined) yield sentAction(action, reader, form);
  }
}

function sentAction(action: PlannedAction, reader: Reader, { isWhole }: SentForm): JsonObject {
  const { fault, changes, waitsFor, ...rest } = action;
  return {
    ...rest,
    ...(waitsFor === undefined ? {} : { waitsFor: { ...waitsFor } }),
    changes: changesJson(isWhole ? changes : withoutLongValues(changes), reader),
    ...(fault === undefined ? {} : { fault: faultJson(fault) }),
  };
}

/** The plan in an answer. */
export function planIn(answer: JsonObject): Plan {
  const orphans = orphansIn(answer);
  return {
    generation: numberIn(answer["generation"]),
    digest: textIn(answer["digest"]),
    actions: listIn(answer["actions"]).flatMap(actionIn),
    summary: summaryIn(objectIn(answer["summary"])),
    warnings: textsIn(answer["warnings"]),
    diagnostics: [],
    ...(orphans.length === 0 ? {} : { orphans }),
  };
}

/** What left the manifest and stays, in an answer. */
export function orphansIn({ orphans }: JsonObject): readonly Orphan[] {
  return listIn(orphans).flatMap((one) => {
    const id = parseResourceId(textIn(one["id"]));
    return id === undefined ? [] : [{ id, why: textIn(one["why"]) }];
  });
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
      ...costIn(action),
      cause: action["cause"] === "drift" ? "drift" : "intent",
      changes: changesIn(action),
      ...(action["isRemoval"] === true ? { isRemoval: true } : {}),
      ...(blockedBy === undefined ? {} : { blockedBy }),
      ...(reason === "" ? {} : { reason }),
      ...(fault === undefined ? {} : { fault }),
    },
  ];
}

const RISKS: readonly Risk[] = ["benign", "disruptive", "destructive"];
const IMPACTS: readonly Impact[] = ["none", "reload", "restart", "reboot", "data"];
const WAITS: readonly WaitReason[] = ["window", "veto", "budget", "approval", "hold"];

/** What an agent of another version calls otherwise counts as destructive. */
function costIn(
  action: JsonObject,
): Pick<PlannedAction, "risk" | "impact" | "why" | "canBeUndone" | "waitsFor"> {
  const impact = IMPACTS.find((one) => one === action["impact"]);
  const { why, canBeUndone } = action;
  const waitsFor = waitIn(objectIn(action["waitsFor"]));
  return {
    risk: RISKS.find((one) => one === action["risk"]) ?? "destructive",
    ...(impact === undefined ? {} : { impact }),
    ...(typeof why === "string" ? { why } : {}),
    ...(typeof canBeUndone === "boolean" ? { canBeUndone } : {}),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
}

function waitIn(wait: JsonObject): PlannedAction["waitsFor"] {
  const what = WAITS.find((one) => one === wait["for"]);
  if (what === undefined) return undefined;
  const { digest } = wait;
  const reason = textIn(wait["reason"]);
  return { for: what, reason, ...(typeof digest === "string" ? { digest } : {}) };
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
    refused: count("refused"),
  };
}
