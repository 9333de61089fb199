import { Fault } from "@holdfast/core";
import { type Component, jsonReply, type Reply } from "@holdfast/daemonkit";
import { type Served, SOURCE_SUBJECT } from "../served.ts";
import { declaredId } from "./declared-id.ts";
import { refusalOfPause, refuseWhileStopping } from "./refuse.ts";

/** Something was asked for and will be done; the events tell how it came out. */
const ACCEPTED = 202;

/** What an operator may tell the agent to do. */
export function orders(served: Served): readonly Component[] {
  return [
    {
      name: "reconcile",
      routes: [
        { method: "POST", path: "", respond: () => reconcileAll(served) },
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

function reconcileAll(served: Served): Reply {
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

/** Answers with the fault of a source that is broken: the good manifest stays. */
async function reload(served: Served) {
  refuseWhileStopping(served);
  await served.reload();
  // A stop cuts a reload short without a word.
  refuseWhileStopping(served);
  const fault = served.troubles().get(SOURCE_SUBJECT);
  if (fault !== undefined) throw new Fault(fault);
  return { generation: served.generation(), resources: served.engine.statuses().length };
}
