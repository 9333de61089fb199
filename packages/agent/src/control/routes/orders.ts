import { type Component, jsonReply, type Reply } from "@holdfast/daemonkit";
import type { Served } from "../served.ts";
import { declaredId } from "./declared-id.ts";
import { reloadSource } from "./passes.ts";
import { refusalOfPause, refuseOtherFields, refuseWhileStopping } from "./refuse.ts";

/** Something was asked for and will be done; the events show how it came out. */
const ACCEPTED = 202;

/** The orders that an operator may give to the agent. */
export function orders(served: Served): readonly Component[] {
  return [
    {
      name: "reconcile",
      routes: [
        { method: "POST", path: "", respond: ({ query }) => reconcileAll(served, query) },
        {
          method: "POST",
          path: ":id",
          respond: ({ parameters }) => reconcileOne(served, parameters["id"]),
        },
      ],
    },
    {
      name: "reload",
      routes: [{ method: "POST", path: "", respond: async () => jsonReply(await reload(served)) }],
    },
  ];
}

function reconcileAll(served: Served, query: URLSearchParams): Reply {
  refuseOtherFields(query.keys(), []);
  refuseWhileStopping(served);
  const paused = served.paused();
  if (paused !== undefined) return refusalOfPause(paused);
  served.engine.hintAll("operator");
  return jsonReply({ asked: served.engine.statuses().length }, ACCEPTED);
}

function reconcileOne(served: Served, text: string | undefined): Reply {
  refuseWhileStopping(served);
  const id = declaredId(served.engine, text);
  const paused = served.paused();
  if (paused !== undefined) return refusalOfPause(paused);
  served.engine.hint(id, "operator");
  return jsonReply({ asked: 1 }, ACCEPTED);
}

async function reload(served: Served) {
  await reloadSource(served);
  return { generation: served.generation(), resources: served.engine.statuses().length };
}
