import { Fault } from "@holdfast/core";
import { type Component, type ControlRequest, jsonReply, type Reply } from "@holdfast/daemonkit";
import { sentPlan } from "../responses/plan.ts";
import { reportJson } from "../responses/report.ts";
import { type Served, SOURCE_SUBJECT } from "../served.ts";
import { inputFault, refusalOfPause, refuseWhileStopping } from "./refuse.ts";
import { selectionIn } from "./selection.ts";

/** `GET /plan` and `POST /apply`, both with `?only=…&skip=…&dependencies=no` or over everything. */
export function passes(served: Served): readonly Component[] {
  return [
    {
      name: "plan",
      routes: [
        { method: "GET", path: "", respond: (request, signal) => plan(served, request, signal) },
      ],
    },
    {
      name: "apply",
      routes: [
        { method: "POST", path: "", respond: (request, signal) => apply(served, request, signal) },
      ],
    },
  ];
}

/** From what the agent knows; what may have changed unheard is looked at. */
async function plan(
  served: Served,
  { query, peer }: ControlRequest,
  signal: AbortSignal,
): Promise<Reply> {
  const found = await served.plan(selectionIn(query), signal);
  return jsonReply(sentPlan(found, { uid: peer?.uid }));
}

/** Reads the source again, and answers when everything that was asked for has a verdict. */
async function apply(
  served: Served,
  { query, peer, readBody }: ControlRequest,
  signal: AbortSignal,
): Promise<Reply> {
  const selection = selectionIn(query);
  if ((await readBody()) !== "") {
    throw inputFault("an apply takes no body", "Choose with ?only=…&skip=…&dependencies=no.");
  }
  const since = served.engine.logicalTime();
  await reloadSource(served);
  const paused = served.paused();
  if (paused !== undefined) return refusalOfPause(paused);
  const report = await served.apply({ selection, since }, signal);
  refuseWhileStopping(served);
  return jsonReply(reportJson(report, { uid: peer?.uid }));
}

/**
 * Reads the source again.
 * @throws {Fault} that of a source that is broken: the good manifest stays.
 * @throws {DaemonFault} Stopping.
 */
export async function reloadSource(served: Served): Promise<void> {
  refuseWhileStopping(served);
  await served.reload();
  // A stop cuts a reload short without a word.
  refuseWhileStopping(served);
  const fault = served.conditions().get(SOURCE_SUBJECT);
  if (fault !== undefined) throw new Fault(fault);
}
