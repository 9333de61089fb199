/** How a simulated tool ends when it refuses; the codes are those of the manual pages. */
export class ToolEnding extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, words: string) {
    super(words);
    this.exitCode = exitCode;
  }
}

/** @throws {ToolEnding} unless there is a value. */
export function orEnd<Value>(value: Value | undefined, exitCode: number, words: string): Value {
  if (value === undefined) throw new ToolEnding(exitCode, words);
  return value;
}
