import { API_VERSION, faultJson, type JsonObject, type Reader } from "@holdfast/core";
import { type Component, jsonListReply, jsonReply, type Reply } from "@holdfast/daemonkit";
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
      { method: "GET", path: "", respond: () => all(served) },
      {
        method: "GET",
        path: ":id",
        respond: ({ parameters }) => jsonReply(one(served, parameters["id"])),
      },
      {
        method: "GET",
        path: ":id/why",
        respond: ({ parameters, peer }) => jsonReply(why(served, parameters["id"], peer?.uid)),
      },
    ],
  };
}

/** Each as it is when it is sent. */
function all(served: Served): Reply {
  return jsonListReply({ apiVersion: API_VERSION }, { name: "resources", items: each(served) });
}

function* each({ engine, clock }: Served): Generator<JsonObject, void> {
  for (const known of engine.eachStatus()) yield resourceJson(known, clock);
}

function one(served: Served, text: string | undefined) {
  const { engine, clock } = served;
  const id = declaredId(engine, text);
  const known = engine.explain(id);
  if (known === undefined) throw unknownId(engine, id);
  return {
    apiVersion: API_VERSION,
    ...resourceJson(known, clock),
    ...driftJson(served, id, ANYBODY),
  };
}

/** Of a long way to the root, as many steps next to the resource are shown; the root itself always is. */
const MOST_CAUSES = 20;

/** The account of a resource; of one that is held back, also those of what holds it back, the root last. */
function why(served: Served, text: string | undefined, uid: Reader["uid"]) {
  const { engine, clock } = served;
  const reader = { uid };
  const isOwner = uid === 0 || (uid !== undefined && uid === process.geteuid?.());
  const view = { clock, reader, isOwner };
  const id = declaredId(engine, text);
  const account = engine.explain(id);
  if (account === undefined) throw unknownId(engine, id);
  const { blockedThrough: through } = account;
  const shown =
    through.length > MOST_CAUSES
      ? [...through.slice(0, MOST_CAUSES), ...through.slice(-1)]
      : through;
  const condition = served.conditions().get(id);
  const causes = shown.flatMap((each) => engine.explain(each) ?? []);
  return {
    apiVersion: API_VERSION,
    ...explanationJson(account, view),
    ...driftJson(served, id, reader),
    ...(condition === undefined ? {} : { condition: faultJson(condition) }),
    causes: causes.map((cause) => explanationJson(cause, view)),
  };
}
