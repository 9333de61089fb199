import type { CommandResult } from "../ports/commands.ts";

const MAX_LINES = 10;
const MAX_CHARACTERS = 2000;

/** How a command ended, in words. */
export function endOf(result: Pick<CommandResult, "exitCode" | "signalName">): string {
  return result.exitCode === undefined
    ? `was ended by ${result.signalName ?? "a signal"}`
    : `ended with exit code ${result.exitCode}`;
}

/**
 * `: ` and the last lines a command wrote, of stderr where it wrote any, else of stdout; empty when it wrote nothing.
 * At most 10 lines and 2,000 characters, without control characters.
 */
export function lastOutput(result: Pick<CommandResult, "stdout" | "stderr">): string {
  const stream = result.stderr.trim() === "" ? result.stdout : result.stderr;
  const lines = stream.trim().split("\n").slice(-MAX_LINES);
  const text = lines.map(withoutControls).join("\n").slice(-MAX_CHARACTERS);
  return text === "" ? "" : `: ${text}`;
}

function withoutControls(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, " ").trimEnd();
}
