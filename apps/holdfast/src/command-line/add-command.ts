import type { Command } from "commander";
import type { CommandOptions } from "../commands/command-options.ts";
import type { Surroundings } from "../surroundings.ts";

/** A command's work: its arguments, its options and its surroundings to an exit code. */
export type Run = (
  args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
) => Promise<number>;

/** Declares a command that does some work. */
export type Add = (name: string, summary: string, run: Run) => Command;
