import { isJsonObject, parsePauseReason, type Pause, requesterWords } from "@holdfast/core";
import { type Component, type ControlRequest, jsonReply, type Reply } from "@holdfast/daemonkit";
import type { Served } from "../served.ts";
import { parsedBody } from "./parsed-body.ts";
import { refuseOtherFields, refuseWhileStopping } from "./refuse.ts";

/** `POST /pause` with `{"reason": "…"}` or nothing, and `POST /resume`. */
export function pauses(served: Served): readonly Component[] {
  return [
    {
      name: "pause",
      routes: [{ method: "POST", path: "", respond: (request) => pause(served, request) }],
    },
    {
      name: "resume",
      routes: [{ method: "POST", path: "", respond: (request) => resume(served, request) }],
    },
  ];
}

/** Answers when the pause is durable; `running` counts the work that goes on to its end. */
async function pause(served: Served, request: ControlRequest): Promise<Reply> {
  refuseWhileStopping(served);
  refuseOtherFields(request.query.keys(), []);
  const reason = reasonIn(await request.readBody());
  const requester = served.requesterOf(request.peer);
  const asked: Pause = {
    at: new Date(served.clock.wallMs()).toISOString(),
    ...(requester === undefined ? {} : { by: requesterWords(requester) }),
    ...(reason === undefined ? {} : { reason }),
  };
  await served.pause(asked, requester);
  return jsonReply({ paused: asked, running: served.engine.workCounts().running });
}

async function resume(served: Served, { peer }: ControlRequest): Promise<Reply> {
  refuseWhileStopping(served);
  const was = served.paused();
  if (was !== undefined) await served.pause(undefined, served.requesterOf(peer));
  return jsonReply({ wasPaused: was !== undefined });
}

/** @throws {Fault} InputInvalid, for a body that is neither empty nor `{"reason": "…"}`. */
function reasonIn(body: string): string | undefined {
  const value: unknown = body === "" ? {} : parsedBody(body);
  if (isJsonObject(value)) refuseOtherFields(Object.keys(value), ["reason"]);
  return parsePauseReason(isJsonObject(value) ? value["reason"] : null);
}
