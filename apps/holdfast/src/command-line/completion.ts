import { Argument, type Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import type { Finish } from "./program.ts";

/**
 * Adds `completion bash|zsh|fish`, which prints a script for that shell, and the hidden `complete` that the script calls at
 * every tab with the words up to the cursor.
 */
export async function addCompletion(
  program: Command,
  surroundings: Surroundings,
  finish: Finish,
): Promise<void> {
  const { SHELL_SCRIPTS, SHELLS } = await import("../completion/shell-scripts.ts");
  program
    .command("completion")
    .description("Print what completes holdfast in a shell")
    .addArgument(new Argument("<shell>", "the shell that sources it").choices(SHELLS))
    .action((shell: keyof typeof SHELL_SCRIPTS) => {
      surroundings.stdout.write(SHELL_SCRIPTS[shell]);
      finish(0);
    });
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: readonly string[]) => {
      const { complete } = await import("../completion/complete.ts");
      surroundings.stdout.write(await complete(program, words, surroundings));
      finish(0);
    });
}
