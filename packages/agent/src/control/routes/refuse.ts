import { Fault, type Pause, pausedFault } from "@holdfast/core";
import { DaemonFault, jsonReply, type Reply } from "@holdfast/daemonkit";
import type { Served } from "../served.ts";

/** It cannot be done as things are. */
const CONFLICT = 409;

/** @throws {DaemonFault} Stopping, when the agent takes no orders any more. */
export function refuseWhileStopping(served: Pick<Served, "isStopping">): void {
  if (!served.isStopping()) return;
  throw new DaemonFault({
    reason: "Stopping",
    message: "the agent is stopping",
    resolution: "Ask again when it is back.",
  });
}

/** @throws {Fault} InputInvalid, for the first field of a request that is none of these. */
export function refuseOtherFields(given: Iterable<string>, known: readonly string[]): void {
  for (const field of given) {
    if (known.includes(field)) continue;
    const what = known.length === 0 ? "Leave it out." : `There is ${known.join(", ")}.`;
    throw inputFault(`${JSON.stringify(field)} is not known here`, what);
  }
}

/** A request that does not say what it should. */
export function inputFault(message: string, resolution: string): Fault {
  return new Fault({ reason: "InputInvalid", message, resolution });
}

/** What is asked for would wait for the end of the pause. */
export function refusalOfPause(pause: Pause): Reply {
  return jsonReply({ error: pausedFault(pause) }, CONFLICT);
}
