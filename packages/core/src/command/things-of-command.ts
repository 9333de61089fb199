import type { Thing } from "../resource/kind.ts";

/** A path in a word: after a space, a quote, `=` or such, and nothing of it a pattern, a variable or a place holder. */
const PATH_IN_WORD = /(?<![^\s"'=:;,(<>&|])(?:\/[\w.+@-]+)+(?![^\s"':;,)<>&|])/g;

/** The program that a command runs: where it lies, or wherever the machine finds it; or the package that is called so. */
export function programOf([program = ""]: readonly string[]): readonly Thing[] {
  if (!program.includes("/")) return program === "" ? [] : [`program:${program}`];
  if (!program.startsWith("/")) return [];
  const name = program.slice(program.lastIndexOf("/") + 1);
  return [`path:${program}`, `package:${name}`];
}

/**
 * The program of a command that only asks, and the files that it names, in a script of a shell too: it reads what
 * others have written there.
 */
export function readByCommand(argv: readonly string[]): readonly Thing[] {
  const paths = argv.slice(1).flatMap((word) => word.match(PATH_IN_WORD) ?? []);
  return [...programOf(argv), ...paths.map((path): Thing => `content:${path}`)];
}
