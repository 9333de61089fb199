import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

/**
 * Adds `completion bash|zsh|fish|powershell`, which prints a script for that shell, and the hidden `complete` that the
 * script calls at every tab.
 */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: "completion" });
}
