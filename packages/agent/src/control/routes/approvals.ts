import { isJsonObject, type KeptAction, parseResourceId, toFault } from "@holdfast/core";
import { type Component, type ControlRequest, jsonReply, type Reply } from "@holdfast/daemonkit";
import type { GivenApproval } from "../../approvals/given-approval.ts";
import { userWords } from "../../approvals/user-words.ts";
import { approvalJson, approvalsJson } from "../responses/approvals.ts";
import type { Served } from "../served.ts";
import { parsedBody } from "./parsed-body.ts";
import { inputFault, refuseOtherFields, refuseWhileStopping } from "./refuse.ts";

/** The approval does not count. */
const FORBIDDEN = 403;

/**
 * `GET /approvals`, and `POST /approvals` with `{"envelope": "…"}`, or, where there is no trust list, with
 * `{"planned": "…", "actions": [{"id", "verb", "digest"}, …]}` and perhaps `"validMs"`.
 */
export function approvalOrders(served: Served): Component {
  return {
    name: "approvals",
    routes: [
      {
        method: "GET",
        path: "",
        respond: async () => jsonReply(approvalsJson(served.approvals())),
      },
      { method: "POST", path: "", respond: (request, signal) => take(served, request, signal) },
    ],
  };
}

/** Answers when it is durable. Who gives an approval by rights is known from the kernel. */
async function take(served: Served, request: ControlRequest, signal: AbortSignal): Promise<Reply> {
  refuseWhileStopping(served);
  refuseOtherFields(request.query.keys(), []);
  const given = givenIn(await request.readBody(), request.peer?.uid);
  try {
    return jsonReply(approvalJson(await served.approve(given, signal)));
  } catch (error) {
    const fault = toFault(error);
    // What is retried by itself is no refusal but trouble, and for the log.
    if (fault.retry !== "never" || fault.reason === "InputInvalid") throw error;
    return jsonReply({ error: fault }, FORBIDDEN);
  }
}

/** @throws {Fault} InputInvalid. */
function givenIn(body: string, uid: number | undefined): GivenApproval {
  const value = parsedBody(body);
  if (!isJsonObject(value)) throw malformed();
  const { envelope } = value;
  if (typeof envelope === "string") {
    refuseOtherFields(Object.keys(value), ["envelope"]);
    return { type: "signed", envelope };
  }
  refuseOtherFields(Object.keys(value), ["planned", "actions", "validMs"]);
  const { planned, actions, validMs } = value;
  if (typeof planned !== "string" || !Array.isArray(actions)) throw malformed();
  if (validMs !== undefined && !(typeof validMs === "number" && validMs > 0)) throw malformed();
  const by = userWords(uid);
  const valid = validMs === undefined ? {} : { validMs };
  return { type: "rights", planned, by, actions: actions.map(actionIn), ...valid };
}

function actionIn(value: unknown): KeptAction {
  if (!isJsonObject(value)) throw malformed();
  refuseOtherFields(Object.keys(value), ["id", "verb", "digest"]);
  const { id: text, verb, digest } = value;
  const id = typeof text === "string" ? parseResourceId(text) : undefined;
  if (id === undefined || typeof verb !== "string" || typeof digest !== "string") throw malformed();
  return { id, verb, digest };
}

function malformed() {
  return inputFault(
    "it does not say what is approved",
    'Send {"envelope": "…"}, or {"planned": "…", "actions": [{"id": "…", "verb": "…", "digest": "…"}]}.',
  );
}
