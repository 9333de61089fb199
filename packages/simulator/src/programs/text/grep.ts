import { type ByteText, isPlainText, linesOf, toCharacters } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { type Options, readOptions } from "../machine/options.ts";
import { complain, type Process, type Program } from "../machine/process.ts";

import { isWritten, readFiles } from "./read-files.ts";
import { readPattern } from "./pattern.ts";

/** `grep [-qFEGxvicnlshH] [-e PATTERN] [PATTERN] FILE…`. */
export const grep: Program = (args) => {
  const options = readOptions(args, {
    program: "grep",
    flags: "qFEGxvicnlshH",
    valued: "e",
    long: {
      quiet: "q",
      silent: "q",
      "fixed-strings": "F",
      "extended-regexp": "E",
      "line-regexp": "x",
      "invert-match": "v",
      "ignore-case": "i",
      count: "c",
      "line-number": "n",
      "files-with-matches": "l",
      "no-messages": "s",
      "no-filename": "h",
      "with-filename": "H",
      regexp: "e",
    },
  });
  const operands = [...options.operands];
  const given = options.values("e");
  const pattern = given.length === 0 ? operands.shift() : given[0];
  if (pattern === undefined || given.length > 1)
    throw new NotUnderstood("grep with other than one pattern");
  const written = [options.has("F"), options.has("E"), options.has("G")].filter(Boolean).length;
  if (written > 1) throw new NotUnderstood("grep with two of -F, -E and -G");
  const matches = matcher(pattern, options);
  return (process) => search(process, operands, { options, matches });
};

type Matches = (line: ByteText) => boolean;

function matcher(pattern: ByteText, options: Options): Matches {
  const syntax = options.has("F") ? "fixed" : options.has("E") ? "extended" : "basic";
  const { source, needsAscii } = readPattern(toCharacters(pattern), syntax);
  const isFolded = options.has("i");
  const whole = options.has("x") ? `^(?:${source})$` : source;
  const expression = new RegExp(whole, isFolded ? "iu" : "u");
  const isAsciiOnly = needsAscii || isFolded;
  return (line) => {
    if (isAsciiOnly && /[^\0-\x7f]/.test(line + pattern))
      throw new NotUnderstood("grep -i or a class of characters beyond ASCII");
    return expression.test(toCharacters(line)) !== options.has("v");
  };
}

function search(
  process: Process,
  names: readonly ByteText[],
  { options, matches }: { readonly options: Options; readonly matches: Matches },
): number {
  let hasFailed = false;
  let hasFound = false;
  const say = (message: string): void => {
    hasFailed = true;
    if (!options.has("s")) complain(process, message);
  };
  const hasNames = options.has("H") || (names.length > 1 && !options.has("h"));
  const refused = (name: ByteText, why: string, errno: string): void => {
    say(`${name}: ${why}`);
    // A directory can be opened: nothing is found in it.
    if (errno === "EISDIR" && options.has("c") && !options.has("q") && !options.has("l"))
      process.stdout.write(hasNames ? `${name}:0\n` : "0\n");
  };
  for (const { name, text } of readFiles(process, names, refused, {
    stopsEarly: options.has("q"),
  })) {
    if (!isPlainText(text)) throw new NotUnderstood(`grep of binary data in ${name}`);
    const isSilent = ["q", "l", "c"].some(options.has);
    if (!isSilent && isWritten(process, name)) {
      say(`${name}: input file is also the output`);
      continue;
    }
    const found = linesOf(text)
      .map((line, at) => ({ line, number: at + 1 }))
      .filter(({ line }) => matches(line));
    hasFound ||= found.length > 0;
    if (options.has("q") && hasFound) return 0;
    const shown = name === "-" ? "(standard input)" : name;
    const prefix = hasNames ? `${shown}:` : "";
    if (options.has("q")) continue;
    if (options.has("l")) {
      if (found.length > 0) process.stdout.write(`${shown}\n`);
    } else if (options.has("c")) process.stdout.write(`${prefix}${found.length}\n`);
    else
      for (const { line, number } of found)
        process.stdout.write(`${prefix}${options.has("n") ? `${number}:` : ""}${line}\n`);
  }
  return hasFailed ? 2 : hasFound ? 0 : 1;
}
