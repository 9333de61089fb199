import { isJsonObject } from "@holdfast/core";
import { type Component, type ControlRequest, jsonReply, type Reply } from "@holdfast/daemonkit";
import type { Resolution } from "../../resolve-key.ts";
import type { Served } from "../served.ts";
import { parsedBody } from "./parsed-body.ts";
import { inputFault, refuseOtherFields, refuseWhileStopping } from "./refuse.ts";

/** `POST /ledger/resolve` with `{"key": "…", "as": "done" | "again"}` or `{"lost": true, "as": "again"}`. */
export function ledgerOrders(served: Served): Component {
  return {
    name: "ledger",
    routes: [
      {
        method: "POST",
        path: "resolve",
        respond: (request, signal) => resolve(served, request, signal),
      },
    ],
  };
}

/** Answers when it is durable; the resources that waited for it are observed. */
async function resolve(
  served: Served,
  request: ControlRequest,
  signal: AbortSignal,
): Promise<Reply> {
  refuseWhileStopping(served);
  refuseOtherFields(request.query.keys(), []);
  const resolution = resolutionIn(await request.readBody());
  const requester = served.requesterOf(request.peer);
  await served.resolveKey({ ...resolution, ...(requester && { requester }) }, signal);
  return jsonReply({ ...resolution });
}

/** @throws {Fault} InputInvalid. */
function resolutionIn(body: string): Resolution {
  const value = parsedBody(body);
  if (!isJsonObject(value)) throw malformed();
  refuseOtherFields(Object.keys(value), ["key", "lost", "as"]);
  const { key, lost, as } = value;
  if (as !== "done" && as !== "again") throw malformed();
  if (lost === true && key === undefined) return { key: undefined, as };
  if (typeof key !== "string" || key === "" || lost !== undefined) throw malformed();
  return { key, as };
}

function malformed() {
  return inputFault(
    "it does not say which one-shot is settled, and how",
    'Send {"key": "…", "as": "done"}, or "again"; or {"lost": true, "as": "again"}.',
  );
}
