import { API_VERSION, Fault, parseResourceId, type ResourceId } from "@holdfast/core";
import {
  type Component,
  DaemonFault,
  eventsReply,
  type EventStream,
  jsonReply,
} from "@holdfast/daemonkit";
import { type Served, SOURCE_SUBJECT } from "./served.ts";
import { resourceJson } from "./status-json.ts";

/** Something was asked for and will be done; the events tell how it came out. */
const ACCEPTED = 202;

/** What the control socket answers besides `/health` and `/status`. */
export function controlRoutes(served: Served, stream: EventStream): readonly Component[] {
  return [
    {
      name: "resources",
      routes: [
        { method: "GET", path: "", respond: () => jsonReply(allResources(served)) },
        {
          method: "GET",
          path: ":id",
          respond: ({ parameters }) => jsonReply(oneResource(served, parameters["id"])),
        },
      ],
    },
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
    {
      name: "events",
      routes: [
        { method: "GET", path: "", respond: () => eventsReply(stream) },
        {
          method: "GET",
          path: "kept",
          respond: () => jsonReply({ events: stream.since(undefined).events }),
        },
      ],
    },
  ];
}

function allResources({ engine, clock }: Served) {
  const resources = engine.statuses().map((known) => resourceJson(known, clock));
  return { apiVersion: API_VERSION, resources };
}

function oneResource({ engine, clock }: Served, text: string | undefined) {
  const id = declaredId(engine, text);
  const known = engine.statuses().find((each) => each.id === id);
  if (known === undefined) throw unknownId(id);
  return { apiVersion: API_VERSION, ...resourceJson(known, clock) };
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

function declaredId(engine: Served["engine"], text = ""): ResourceId {
  const id = parseResourceId(text);
  if (id === undefined || engine.status(id) === undefined) throw unknownId(text);
  return id;
}

function unknownId(text: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${text} is not declared`,
    resolution: "Ask with one of the ids that holdfast status lists.",
  });
}

function refuseWhileStopping(served: Served): void {
  if (!served.isStopping()) return;
  throw new DaemonFault({
    reason: "Stopping",
    message: "the agent is stopping",
    resolution: "Ask again when it is back.",
  });
}
