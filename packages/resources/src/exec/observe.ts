import { commandFault, Fault, type Observation, present, type ReadContext } from "@holdfast/core";
import type { Argv } from "../command/argv.ts";
import { requestOf } from "./request.ts";
import type { ExecSpec } from "./spec.ts";

/** Whether there is nothing left to run for. */
export interface ExecObserved {
  readonly ran: boolean;
}

/**
 * Asks the guards, the cheap ones first; the first that says so settles that nothing is to be done.
 * @throws {Fault} OutcomeUnknown, when a one-shot was cut off and no guard knows better; what running a guard throws.
 */
export async function observeExec(
  spec: ExecSpec,
  context: ReadContext,
): Promise<Observation<ExecObserved>> {
  const { idempotencyKey: key, isOnNotify } = spec;
  if (isOnNotify) return present({ ran: true });
  const keyed = key === undefined ? undefined : context.host.oneShots.state(key);
  if (keyed === "done") return present({ ran: true });
  if (await isSettledByGuards(spec, context)) return present({ ran: true });
  if (key !== undefined && keyed === "begun") throw outcomeUnknown(key);
  return present({ ran: false });
}

async function isSettledByGuards(spec: ExecSpec, context: ReadContext): Promise<boolean> {
  const { creates, onlyIf, unless } = spec;
  if (creates !== undefined && (await exists(creates, context))) return true;
  if (onlyIf !== undefined && (await askGuard(spec, onlyIf, context)) !== 0) return true;
  return unless !== undefined && (await askGuard(spec, unless, context)) === 0;
}

async function exists(path: string, { host, signal }: ReadContext): Promise<boolean> {
  const found = await host.files.read({ path, content: "none" }, signal);
  if (found.type === "unknown") throw found.fault;
  return found.type === "present";
}

/** The exit code of a guard. One that a signal ended has not answered. */
async function askGuard(
  spec: ExecSpec,
  argv: Argv,
  { host, signal }: ReadContext,
): Promise<number> {
  const result = await host.commands.query(requestOf(spec, argv), signal);
  if (result.exitCode !== undefined) return result.exitCode;
  throw commandFault({ argv, faults: { other: NO_ANSWER } }, result);
}

const NO_ANSWER = {
  reason: "CommandFailed",
  message: "a guard has not answered",
  resolution: "Find out what ended it; without its answer the command does not run.",
} as const;

function outcomeUnknown(key: string): Fault {
  return new Fault({
    reason: "OutcomeUnknown",
    message: `the command with key ${key} was cut off, or its record is lost: nobody knows whether it took effect`,
    resolution: `Find out whether it took effect, then run: holdfast ledger resolve ${key} --done (or --again to run it again).`,
  });
}
