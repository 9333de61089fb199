import { prepareAnywhere } from "./find-program.ts";
import { toByteText, toCharacters } from "./machine/byte-text.ts";
import { NotUnderstood } from "./machine/not-understood.ts";

/**
 * Whether a command can be simulated as a whole: every program in it is known and every construct is understood.
 * Returns the first thing that is not, in words such as `curl` or `a subshell`, or `undefined`. It reads the words
 * alone: `runSimulated` reports what only shows when the command runs.
 */
export function unsimulatable(argv: readonly string[]): string | undefined {
  try {
    prepareAnywhere(argv.map(toByteText));
    return undefined;
  } catch (error) {
    if (error instanceof NotUnderstood) return toCharacters(error.what);
    throw error;
  }
}
