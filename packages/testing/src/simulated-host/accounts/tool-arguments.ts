import { ToolEnding } from "./tool-ending.ts";

/** The arguments of a tool, read as getopt_long(3) does. */
export interface ToolArguments {
  has(option: string): boolean;
  /** The last value of an option. */
  value(option: string): string | undefined;
  values(option: string): readonly string[];
  /** What is no option. */
  readonly operands: readonly string[];
}

/** Reads long options, with and without values. @throws {ToolEnding} 2, for any other. */
export function readArguments(
  args: readonly string[],
  options: { readonly flags: readonly string[]; readonly values: readonly string[] },
): ToolArguments {
  const found: { readonly option: string; readonly value: string }[] = [];
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (!word.startsWith("-")) operands.push(word);
    else if (options.flags.includes(word)) found.push({ option: word, value: "" });
    else if (options.values.includes(word)) {
      at += 1;
      found.push({ option: word, value: args[at] ?? "" });
    } else throw new ToolEnding(2, `unrecognized option '${word}'`);
  }
  const values = (option: string): readonly string[] =>
    found.filter((each) => each.option === option).map(({ value }) => value);
  return {
    has: (option) => values(option).length > 0,
    value: (option) => values(option).at(-1),
    values,
    operands,
  };
}
