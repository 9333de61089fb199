import { type Pause, pausedFault } from "@holdfast/core";
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

/** What is asked for would wait for the end of the pause. */
export function refusalOfPause(pause: Pause): Reply {
  return jsonReply({ error: pausedFault(pause) }, CONFLICT);
}
