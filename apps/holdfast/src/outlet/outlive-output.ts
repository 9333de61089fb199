import type { Agent } from "@holdfast/agent";
import { Fault } from "@holdfast/core";
import type { OutputFailure } from "./output-failure.ts";
import type { Surroundings } from "../surroundings.ts";

/** As much is held for a reader that is slow: some thousand events. */
const HELD_CHARACTERS = 1024 * 1024;

/** Bounds what is held of the output of an agent that serves, and makes output that is lost a condition of the agent. */
export function outliveOutput(
  { stdout, stderr }: Pick<Surroundings, "stdout" | "stderr">,
  agent: Pick<Agent, "setCondition">,
): void {
  for (const [name, stream] of Object.entries({ stdout, stderr })) {
    stream.limit?.(HELD_CHARACTERS);
    stream.listen?.((failure) => {
      agent.setCondition(name, failure && lostFault(name, failure));
    });
  }
}

function lostFault(name: string, { why, code }: OutputFailure): Fault {
  return new Fault({
    reason: "OutputLost",
    message: `${name} cannot be written: ${why} (${code})`,
    resolution:
      "Find out what reads it, or what its disk is full of. The event log and the control socket have what is dropped here.",
  });
}
