import { isJsonObject, parseResourceId } from "@holdfast/core";
import { type Component, type ControlRequest, jsonReply, type Reply } from "@holdfast/daemonkit";
import type { LettingGo } from "../../removal/let-go.ts";
import type { Served } from "../served.ts";
import { parsedBody } from "./parsed-body.ts";
import { inputFault, refuseOtherFields, refuseWhileStopping } from "./refuse.ts";

/** `POST /removal/forget` and `POST /removal/adopt`, both with `{"ids": ["kind:name", …]}`. */
export function removalOrders(served: Served): Component {
  return {
    name: "removal",
    routes: (["forget", "adopt"] as const).map((as) => ({
      method: "POST",
      path: as,
      respond: (request, signal) => letGo(served, { as, request }, signal),
    })),
  };
}

/** Answers when it is durable. */
async function letGo(
  served: Served,
  { as, request }: { readonly as: LettingGo["as"]; readonly request: ControlRequest },
  signal: AbortSignal,
): Promise<Reply> {
  refuseWhileStopping(served);
  refuseOtherFields(request.query.keys(), []);
  const ids = idsIn(await request.readBody());
  const requester = served.requesterOf(request.peer);
  await served.letGo({ ids, as, ...(requester && { requester }) }, signal);
  return jsonReply({ ids, as });
}

/** @throws {Fault} InputInvalid. */
function idsIn(body: string): LettingGo["ids"] {
  const value = parsedBody(body);
  if (!isJsonObject(value)) throw malformed();
  refuseOtherFields(Object.keys(value), ["ids"]);
  const { ids } = value;
  if (!Array.isArray(ids) || ids.length === 0) throw malformed();
  return ids.map((text) => {
    const id = typeof text === "string" ? parseResourceId(text) : undefined;
    if (id === undefined) throw malformed();
    return id;
  });
}

function malformed() {
  return inputFault("it does not say which resources", 'Send {"ids": ["file:/etc/motd"]}.');
}
