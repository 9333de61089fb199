import { Fault, toFault } from "@holdfast/core";
import type { Run } from "../runtime.ts";
import type { ResourceRecord } from "./resource-record.ts";
import type { Verdict } from "./verdict.ts";

/** Of a run whose lane is held by work that was given up. */
export function stuckVerdict(run: Run, holder: ResourceRecord): Verdict {
  const fault = new Fault({
    reason: "ResourceTimeout",
    message: `${run.record.id} waits for ${run.lanes.join(", ")}, where work on ${holder.id} hangs and was given up`,
    resolution: `Find what ${holder.id} waits for; both go on when it ends.`,
  });
  return { type: "failed", fault, cause: "intent", changes: [] };
}

/** Of a run whose lane takes no more. */
export function laneFull({ record, lanes }: Run): Fault {
  return new Fault({
    reason: "LaneFull",
    message: `too much waits for ${lanes.join(", ")}, so ${record.id} is not taken on`,
    resolution: "Nothing to do: it is tried again when there is less.",
  });
}

/** Of a run that could not even begin, or that threw. */
export function brokenVerdict(error: unknown): Verdict {
  return { type: "failed", fault: toFault(error), cause: "intent", changes: [] };
}
