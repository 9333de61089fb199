import { commandFault, type CommandResult, Fault } from "@holdfast/core";
import type { ProgramRun } from "./network-system.ts";

/** The fault of what the kernel, or networkd, does not take. */
export function refusedFault({ program, words }: ProgramRun, result: CommandResult): Fault {
  const refusal = {
    reason: "NetworkRefused",
    message: `${[program, ...words].join(" ")} was refused`,
    resolution: `Correct what ${program} complains about.`,
  } as const;
  return commandFault({ argv: [program], faults: { other: refusal } }, result);
}

/** The fault of links that cannot be listed. */
export function unreadableFault(why: string, cause?: unknown): Fault {
  return new Fault({
    reason: "NetworkUnreadable",
    message: `the network cannot be read: ${why}`,
    resolution: "Update iproute2 to 5.10 or later, and report it with the version of ip.",
    cause,
  });
}

/** The fault of another root. */
export function notLiveFault(): Fault {
  return new Fault({
    reason: "NetworkUnavailable",
    message: "no link is changed: the network of another root is not that of the kernel",
    resolution: "Apply it in the machine itself.",
  });
}
