import { API_VERSION, isJsonObject, operationJson, resultJson } from "@holdfast/core";
import { type Component, type ControlRequest, jsonReply, type Reply } from "@holdfast/daemonkit";
import type { Served } from "../served.ts";
import { declaredId } from "./declared-id.ts";
import { parsedBody } from "./parsed-body.ts";
import { inputFault, refuseOtherFields, refuseWhileStopping } from "./refuse.ts";

/** `POST /run/ID/OPERATION`, with `{"key": "…"}` for one that is done once, or nothing. */
export function operations(served: Served): Component {
  return {
    name: "run",
    routes: [
      {
        method: "POST",
        path: ":id/:operation",
        respond: (request, signal) => run(served, request, signal),
      },
    ],
  };
}

/** Answers when the operation has ended and its resource was observed after it. */
async function run(
  served: Served,
  { parameters, query, readBody, peer }: ControlRequest,
  signal: AbortSignal,
): Promise<Reply> {
  refuseWhileStopping(served);
  refuseOtherFields(query.keys(), []);
  const id = declaredId(served.engine, parameters["id"]);
  const { operation = "" } = parameters;
  const key = keyIn(await readBody());
  const since = served.engine.logicalTime();
  const requester = served.requesterOf(peer);
  const asked = {
    id,
    operation,
    ...(key === undefined ? {} : { key }),
    ...(requester === undefined ? {} : { requester }),
  };
  const report = await served.engine.operate(asked, signal);
  const { results } = await served.apply({ ids: new Set([id]), since }, signal);
  const [result] = results.map((one) => resultJson(one, { uid: peer?.uid }));
  return jsonReply({
    apiVersion: API_VERSION,
    ...operationJson(report),
    ...(result && { result }),
  });
}

/** Characters of a key. */
const LONGEST_KEY = 200;

/** @throws {Fault} InputInvalid, for a body that is neither empty nor `{"key": "…"}`. */
function keyIn(body: string): string | undefined {
  if (body === "") return undefined;
  const value = parsedBody(body);
  if (isJsonObject(value)) {
    refuseOtherFields(Object.keys(value), ["key"]);
    const { key } = value;
    if (key === undefined) return undefined;
    if (typeof key === "string" && key !== "" && key.length <= LONGEST_KEY) return key;
  }
  throw inputFault(
    "the key is not a text of 1 to 200 characters",
    'Send {"key": "…"}, or nothing.',
  );
}
