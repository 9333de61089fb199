import type { CommandResult } from "@holdfast/core";
import type { MountToolRun } from "@holdfast/host";

/** How a simulated tool ended. */
export type ToolEnd = CommandResult;

/** An end with an exit code and what was said. */
export function ended(exitCode: number, stderr = ""): ToolEnd {
  return { exitCode, signalName: undefined, stdout: "", stderr, isTruncated: false };
}

/** The word behind an option; `undefined` without the option. */
export function optionOf({ options }: MountToolRun, name: string): string | undefined {
  const position = options.indexOf(name);
  return position < 0 ? undefined : options[position + 1];
}
