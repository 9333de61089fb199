import { isJsonObject, type JsonObject } from "@holdfast/core";
import {
  type Component,
  type ControlRequest,
  jsonListReply,
  jsonReply,
  type Reply,
} from "@holdfast/daemonkit";
import type { UndoRequest } from "../../undo/undo-request.ts";
import { sentPlan } from "../responses/plan.ts";
import { reportJson } from "../responses/report.ts";
import type { Served } from "../served.ts";
import { idsIn } from "./ids-in.ts";
import { parsedBody } from "./parsed-body.ts";
import { inputFault, refuseOtherFields, refuseWhileStopping, refusalOfPause } from "./refuse.ts";

/**
 * `POST /undo/plan` and `POST /undo/apply`, both with one of `op`, `last`, `run` and `since` (milliseconds since 1970) and
 * perhaps `partial`; `POST /undo/resume` with `{"ids": ["kind:name", …]}`.
 */
export function undoOrders(served: Served): readonly Component[] {
  return [undoing(served), confirming(served)];
}

function undoing(served: Served): Component {
  return {
    name: "undo",
    routes: [
      { method: "POST", path: "plan", respond: (request, signal) => plan(served, request, signal) },
      {
        method: "POST",
        path: "apply",
        respond: (request, signal) => apply(served, request, signal),
      },
      {
        method: "POST",
        path: "resume",
        respond: (request, signal) => resume(served, request, signal),
      },
    ],
  };
}

/** `POST /confirm` with `{"ops": ["…"]}`, or nothing for all. */
function confirming(served: Served): Component {
  return {
    name: "confirm",
    routes: [
      { method: "POST", path: "", respond: (request, signal) => confirm(served, request, signal) },
    ],
  };
}

async function confirm(
  served: Served,
  request: ControlRequest,
  signal: AbortSignal,
): Promise<Reply> {
  const { ops, ...rest } = await bodyOf(served, request);
  refuseOtherFields(Object.keys(rest), []);
  const areNames = Array.isArray(ops) && ops.every((op) => typeof op === "string");
  if (ops !== undefined && !areNames) throw malformed();
  const requester = served.requesterOf(request.peer);
  const asked = { ops: areNames ? ops : undefined, requester };
  const confirmed = await served.confirm(asked, signal);
  return jsonReply({ confirmed: confirmed.map(({ id, op }) => ({ id, op })) });
}

async function plan(served: Served, request: ControlRequest, signal: AbortSignal): Promise<Reply> {
  const asked = requestIn(await bodyOf(served, request));
  const found = await served.planUndo(asked, signal);
  const reader = { uid: request.peer?.uid };
  const { head, actions } = sentPlan({ value: () => found }, reader, { isWhole: true });
  return jsonListReply(head, { name: "actions", items: actions });
}

/** Answers when everything has a verdict. */
async function apply(served: Served, request: ControlRequest, signal: AbortSignal): Promise<Reply> {
  const asked = requestIn(await bodyOf(served, request));
  const paused = served.paused();
  if (paused !== undefined) return refusalOfPause(paused);
  const requester = served.requesterOf(request.peer);
  const report = await served.undo({ ...asked, ...(requester && { requester }) }, signal);
  return jsonReply(reportJson(report, { uid: request.peer?.uid }));
}

/** Answers when it is durable. */
async function resume(
  served: Served,
  request: ControlRequest,
  signal: AbortSignal,
): Promise<Reply> {
  const ids = idsIn(await bodyOf(served, request), malformed);
  const requester = served.requesterOf(request.peer);
  await served.liftHolds({ ids, ...(requester && { requester }) }, signal);
  return jsonReply({ ids });
}

async function bodyOf(served: Served, request: ControlRequest): Promise<JsonObject> {
  refuseWhileStopping(served);
  refuseOtherFields(request.query.keys(), []);
  const value = parsedBody(await request.readBody());
  if (isJsonObject(value)) return value;
  throw malformed();
}

/** @throws {Fault} InputInvalid. */
function requestIn(body: JsonObject): UndoRequest {
  const { partial = false, ...which } = body;
  refuseOtherFields(Object.keys(which), ["op", "last", "run", "since"]);
  const selector = selectorIn(which);
  if (selector === undefined || typeof partial !== "boolean") throw malformed();
  return { selector, isPartial: partial };
}

function selectorIn(which: JsonObject): UndoRequest["selector"] | undefined {
  const { op, last, run, since } = which;
  if (Object.keys(which).length !== 1) return undefined;
  if (typeof op === "string") return { type: "op", op };
  if (last === true) return { type: "last" };
  if (typeof run === "string") return { type: "run", run };
  return typeof since === "number" ? { type: "since", atMs: since } : undefined;
}

function malformed() {
  return inputFault(
    "it does not say what is undone, or resumed",
    'Send {"op": "…"}, {"last": true}, {"run": "…"} or {"since": 0}; to resume {"ids": ["file:/etc/motd"]}.',
  );
}
