import { Fault, type Plan } from "@holdfast/core";
import {
  type Component,
  type ControlRequest,
  jsonListReply,
  jsonReply,
  type Reply,
} from "@holdfast/daemonkit";
import { sentPlan } from "../responses/plan.ts";
import { reportJson } from "../responses/report.ts";
import { type Served, SOURCE_SUBJECT } from "../served.ts";
import { SharedWork } from "../passes/shared-work.ts";
import { inputFault, refusalOfPause, refuseWhileStopping } from "./refuse.ts";
import { selectionIn } from "./selection.ts";

/** `GET /plan` and `POST /apply`, both with `?only=…&skip=…&dependencies=no` or over everything; the latter also with `removals=allowed`. */
export function passes(served: Served): readonly Component[] {
  const { clock } = served;
  const plans: SharedPlans = {
    read: new SharedWork({ clock, restFactor: READERS_REST }),
    act: new SharedWork({ clock, restFactor: 0 }),
  };
  return [
    {
      name: "plan",
      routes: [
        {
          method: "GET",
          path: "",
          respond: (request, signal) => plan(served, plans, request, signal),
        },
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

/** What is between two plans for readers: four times as long as one took. */
const READERS_REST = 4;

/** Plans that are made for clients: those of readers wait for each other, and not those of root and the operators. */
interface SharedPlans {
  readonly read: SharedWork<Plan>;
  readonly act: SharedWork<Plan>;
}

/**
 * From what the agent knows; what may have changed unnoticed is observed. A reader starts no command by that: what takes
 * one is unknown in a reader's plan.
 */
async function plan(
  served: Served,
  plans: SharedPlans,
  { query, peer, right, turn }: ControlRequest,
  signal: AbortSignal,
): Promise<Reply> {
  const selection = selectionIn(query);
  const ids = selection && (await served.chosen(selection, turn));
  const options = { withoutCommands: right === "read", ...(ids && { ids }) };
  const make = (asked: AbortSignal) => served.plan(options, asked);
  const made = await plans[right].ask(JSON.stringify(selection ?? null), make, signal);
  const { head, actions } = sentPlan(made, { uid: peer?.uid }, { isWhole: right === "act" });
  return jsonListReply(head, { name: "actions", items: actions });
}

/** Reads the source again, and answers when everything that was asked for has a verdict. */
async function apply(
  served: Served,
  { query, peer, readBody, turn }: ControlRequest,
  signal: AbortSignal,
): Promise<Reply> {
  const { isShrinkAllowed, rest } = allowanceIn(query);
  const selection = selectionIn(rest);
  if ((await readBody()) !== "") {
    throw inputFault("an apply takes no body", "Choose with ?only=…&skip=…&dependencies=no.");
  }
  const since = served.engine.logicalTime();
  await reloadSource(served, isShrinkAllowed);
  const paused = served.paused();
  if (paused !== undefined) return refusalOfPause(paused);
  const ids = selection && (await served.chosen(selection, turn));
  const report = await served.apply({ ids, since }, signal);
  refuseWhileStopping(served);
  return jsonReply(reportJson(report, { uid: peer?.uid }));
}

/**
 * Reads `?removals=allowed`: a manifest that shrank removes what it lost. `rest` is the query without it.
 * @throws {Fault} InputInvalid, for anything else.
 */
function allowanceIn(query: URLSearchParams) {
  const [said, ...more] = query.getAll("removals");
  if (more.length > 0 || (said !== undefined && said !== "allowed")) {
    throw inputFault(`removals is ${[said, ...more].join(" and ")}`, "Write removals=allowed.");
  }
  const rest = new URLSearchParams(query);
  rest.delete("removals");
  return { isShrinkAllowed: said !== undefined, rest };
}

/**
 * Reads the source again.
 * @throws {Fault} that of a source that is broken: the good manifest stays.
 * @throws {DaemonFault} Stopping.
 */
export async function reloadSource(served: Served, isShrinkAllowed = false): Promise<void> {
  refuseWhileStopping(served);
  await served.reload(isShrinkAllowed);
  // A stop ends a reload early without a fault.
  refuseWhileStopping(served);
  const fault = served.conditions().get(SOURCE_SUBJECT);
  if (fault !== undefined) throw new Fault(fault);
}
