import { Fault } from "@holdfast/core";
import { type Component, DaemonFault, jsonReply } from "@holdfast/daemonkit";
import { type Served, SOURCE_SUBJECT } from "../served.ts";
import { declaredId } from "./declared-id.ts";

/** Something was asked for and will be done; the events tell how it came out. */
const ACCEPTED = 202;

/** What an operator may tell the agent to do. */
export function orders(served: Served): readonly Component[] {
  return [
    {
      name: "reconcile",
      routes: [
        { method: "POST", path: "", respond: () => jsonReply(reconcileAll(served), ACCEPTED) },
        {
          method: "POST",
          path: ":id",
          respond: ({ parameters }) => jsonReply(reconcileOne(served, parameters["id"]), ACCEPTED),
        },
      ],
    },
    {
      name: "reload",
      routes: [{ method: "POST", path: "", respond: async () => jsonReply(await reload(served)) }],
    },
  ];
}

function reconcileAll(served: Served) {
  refuseWhileStopping(served);
  served.engine.hintAll("operator");
  return { asked: served.engine.statuses().length };
}

function reconcileOne(served: Served, text: string | undefined) {
  refuseWhileStopping(served);
  const id = declaredId(served.engine, text);
  served.engine.hint(id, "operator");
  return { asked: 1 };
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

function refuseWhileStopping(served: Served): void {
  if (!served.isStopping()) return;
  throw new DaemonFault({
    reason: "Stopping",
    message: "the agent is stopping",
    resolution: "Ask again when it is back.",
  });
}
