import { Fault } from "../fault/fault.ts";
import type { CommandFaultWords, CommandQuery, CommandResult } from "../ports/commands.ts";
import { endOf, lastOutput } from "./command-end.ts";

/**
 * The fault that a command's end stands for, by its exit code alone: `query.faults` says which, and what is not there is
 * `CommandFailed`. The message names the program only, because arguments and environment may hold what logs should
 * not, and has the last lines of its output, which decide nothing.
 */
export function commandFault(
  { argv, faults = {} }: Pick<CommandQuery, "argv" | "faults">,
  result: CommandResult,
): Fault {
  const { exitCode } = result;
  const known = exitCode === undefined ? undefined : faults[exitCode];
  const { reason, message, resolution } = known ?? faults.other ?? FAILED;
  const end = `${argv[0]} ${endOf(result)}${lastOutput(result)}`;
  return new Fault({
    reason,
    message: message === undefined ? end : `${message}: ${end}`,
    resolution,
  });
}

const FAILED: CommandFaultWords = {
  reason: "CommandFailed",
  resolution: "Correct what it complains about.",
};
