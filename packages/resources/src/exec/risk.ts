import type { Assessment } from "@holdfast/core";

/** The row of commands. */
export const EXEC_RISKS = {
  command: {
    risk: "disruptive",
    impact: "data",
    why: "runs a command of its author's choosing, who wrote it down himself",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** Nobody but its author knows what a command does, whatever has it run. */
export function riskOfExec(): Assessment {
  return EXEC_RISKS.command;
}
