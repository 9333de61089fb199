import { assert } from "@holdfast/core";

/** A command and its arguments. */
export type Argv = readonly [string, ...string[]];

/** The words as an argv; their schema has made sure that there is one. */
export function toArgv(words: readonly string[]): Argv {
  const [program, ...rest] = words;
  assert(program !== undefined, "a command has at least one word");
  return [program, ...rest];
}
