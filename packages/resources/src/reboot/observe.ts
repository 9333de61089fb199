import { Fault, type Observation, present, type ReadContext, unreachable } from "@holdfast/core";
import { type RebootKeys, rebootKeys, rebootProgress } from "./reboot-record.ts";
import type { RebootSpec } from "./spec.ts";

/** Whether the machine has yet to boot again. */
export interface RebootObserved {
  readonly state: "due" | "done" | "not-required";
}

/**
 * Compares this boot with the one in which the reboot was asked for.
 * @throws {Fault} RebootPending, while the machine goes down; OutcomeUnknown; NothingRuns, under a root.
 */
export async function observeReboot(
  spec: RebootSpec,
  context: ReadContext,
): Promise<Observation<RebootObserved>> {
  const { state } = await demandReboot(spec, context);
  return present({ state });
}

/** What was observed of a reboot, with the keys by which it is recorded. */
export async function demandReboot(
  spec: RebootSpec,
  context: Pick<ReadContext, "host" | "signal">,
): Promise<RebootObserved & { readonly keys: RebootKeys }> {
  const { host, signal } = context;
  const bootId = await host.system.bootId(signal);
  if (bootId === undefined) throw nothingRuns(spec);
  const keys = rebootKeys(spec, bootId, host);
  if (!(await isRequired(spec, context))) return { state: "not-required", keys };
  const progress = rebootProgress(keys, host.oneShots);
  switch (progress) {
    case "due":
    case "done":
      return { state: progress, keys };
    case "pending":
      throw rebootPending(spec);
    case "unknown":
      throw outcomeUnknown(keys);
    default:
      return unreachable(progress);
  }
}

/** The machine goes down: whatever depends on the reboot waits until it has come up again. */
export function rebootPending({ name }: RebootSpec): Fault {
  return new Fault({
    reason: "RebootPending",
    message: `the machine was asked to boot again for reboot:${name}, and has not done so yet`,
    resolution:
      "None; it goes on after the boot. If this stays, see systemctl list-jobs and systemd-inhibit --list.",
  });
}

async function isRequired(
  { requiredBy }: RebootSpec,
  { host, signal }: Pick<ReadContext, "host" | "signal">,
): Promise<boolean> {
  if (requiredBy === undefined) return true;
  const found = await host.files.read({ path: requiredBy, content: "none" }, signal);
  if (found.type === "unknown") throw found.fault;
  return found.type === "present";
}

function outcomeUnknown({ asked }: RebootKeys): Fault {
  return new Fault({
    reason: "OutcomeUnknown",
    message:
      "the agent was cut off while it asked for a reboot, or its record is lost, and the machine has not booted since",
    resolution: `Boot the machine yourself, or run: holdfast ledger resolve '${asked}' --done (or --again to have it asked again).`,
  });
}

function nothingRuns({ name }: RebootSpec): Fault {
  return new Fault({
    reason: "NothingRuns",
    message: `reboot:${name} is for a machine that runs, and this is another root`,
    resolution: "Leave it out here, or apply it in the machine itself.",
  });
}
