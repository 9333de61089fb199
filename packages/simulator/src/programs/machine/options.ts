import type { ByteText } from "./byte-text.ts";
import { NotUnderstood } from "./not-understood.ts";

/** The options of one program that are understood. */
export interface OptionRules {
  readonly program: string;
  /** Letters that stand alone. */
  readonly flags?: string;
  /** Letters that take a value. */
  readonly valued?: string;
  /** Letters by long name. */
  readonly long?: Readonly<Record<string, string>>;
  /** Options end at the first operand, as for programs that run others. Default: they may come anywhere. */
  readonly stopsAtOperand?: boolean;
}

/** Arguments, read as getopt does. */
export interface Options {
  has(letter: string): boolean;
  /** The last value given. */
  value(letter: string): ByteText | undefined;
  values(letter: string): readonly ByteText[];
  readonly operands: readonly ByteText[];
}

/** Reads arguments. @throws NotUnderstood for an option that is not in the rules. */
export function readOptions(args: readonly ByteText[], rules: OptionRules): Options {
  const given: [letter: string, value: ByteText][] = [];
  const operands: ByteText[] = [];
  const pending = [...args];
  for (let word = pending.shift(); word !== undefined; word = pending.shift()) {
    if (word === "--") operands.push(...pending.splice(0));
    else if (word.startsWith("--")) given.push(readLong(word, pending, rules));
    else if (word.startsWith("-") && word !== "-") given.push(...readShort(word, pending, rules));
    else {
      operands.push(word);
      if (rules.stopsAtOperand === true) operands.push(...pending.splice(0));
    }
  }
  const values = (letter: string): readonly ByteText[] =>
    given.filter(([known]) => known === letter).map(([, value]) => value);
  return {
    has: (letter) => values(letter).length > 0,
    value: (letter) => values(letter).at(-1),
    values,
    operands,
  };
}

function readLong(
  word: ByteText,
  pending: ByteText[],
  { program, long = {}, valued = "" }: OptionRules,
): [string, ByteText] {
  const [, name = "", value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const letter = Object.hasOwn(long, name) ? long[name] : undefined;
  if (letter === undefined) throw new NotUnderstood(`${program} --${name}`);
  if (!valued.includes(letter)) {
    if (value !== undefined) throw new NotUnderstood(`${program} ${word}`);
    return [letter, ""];
  }
  return [letter, value ?? valueFrom(pending, `${program} --${name}`)];
}

function readShort(
  word: ByteText,
  pending: ByteText[],
  { program, flags = "", valued = "" }: OptionRules,
): [string, ByteText][] {
  const found: [string, ByteText][] = [];
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    if (valued.includes(letter)) {
      const rest = word.slice(at + 1);
      found.push([letter, rest === "" ? valueFrom(pending, `${program} -${letter}`) : rest]);
      return found;
    }
    if (!flags.includes(letter)) throw new NotUnderstood(`${program} -${letter}`);
    found.push([letter, ""]);
  }
  return found;
}

function valueFrom(pending: ByteText[], option: string): ByteText {
  const value = pending.shift();
  if (value === undefined) throw new NotUnderstood(`${option} without a value`);
  return value;
}
