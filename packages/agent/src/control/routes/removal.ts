import { isJsonObject } from "@holdfast/core";
import { type Component, type ControlRequest, jsonReply, type Reply } from "@holdfast/daemonkit";
import type { LettingGo } from "../../removal/let-go.ts";
import type { Served } from "../served.ts";
import { idsIn } from "./ids-in.ts";
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
  const body = parsedBody(await request.readBody());
  if (!isJsonObject(body)) throw malformed();
  const ids = idsIn(body, malformed);
  const requester = served.requesterOf(request.peer);
  await served.letGo({ ids, as, ...(requester && { requester }) }, signal);
  return jsonReply({ ids, as });
}

function malformed() {
  return inputFault("it does not say which resources", 'Send {"ids": ["file:/etc/motd"]}.');
}
