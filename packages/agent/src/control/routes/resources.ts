import { API_VERSION, type Reader } from "@holdfast/core";
import { type Component, jsonReply } from "@holdfast/daemonkit";
import { explanationJson } from "../explanation-json.ts";
import { driftJson } from "../drift-json.ts";
import type { Served } from "../served.ts";
import { ANYBODY, resourceJson } from "../status-json.ts";
import { declaredId, unknownId } from "./declared-id.ts";

/** `/resources`, `/resources/<id>` and `/resources/<id>/why`. */
export function resources(served: Served): Component {
  return {
    name: "resources",
    routes: [
      { method: "GET", path: "", respond: () => jsonReply(all(served)) },
      {
        method: "GET",
        path: ":id",
        respond: ({ parameters }) => jsonReply(one(served, parameters["id"])),
      },
      {
        method: "GET",
        path: ":id/why",
        respond: ({ parameters, peer }) =>
          jsonReply(why(served, parameters["id"], { uid: peer?.uid })),
      },
    ],
  };
}

function all({ engine, clock }: Served) {
  const listed = engine.statuses().map((known) => resourceJson(known, clock));
  return { apiVersion: API_VERSION, resources: listed };
}

function one(served: Served, text: string | undefined) {
  const { engine, clock } = served;
  const id = declaredId(engine, text);
  const known = engine.statuses().find((each) => each.id === id);
  if (known === undefined) throw unknownId(id);
  return {
    apiVersion: API_VERSION,
    ...resourceJson(known, clock),
    ...driftJson(served, id, ANYBODY),
  };
}

/** The account of a resource; of one that is held back, also those of what holds it back, the root last. */
function why(served: Served, text: string | undefined, reader: Reader) {
  const { engine, clock } = served;
  const id = declaredId(engine, text);
  const account = engine.explain(id);
  if (account === undefined) throw unknownId(id);
  const causes = account.blockedThrough.flatMap((each) => engine.explain(each) ?? []);
  return {
    apiVersion: API_VERSION,
    ...explanationJson(account, { clock, reader }),
    ...driftJson(served, id, reader),
    causes: causes.map((cause) => explanationJson(cause, { clock, reader })),
  };
}
