import { NotUnderstood } from "../machine/not-understood.ts";
import { type Pattern, readPattern } from "./pattern.ts";

/** One command of a script. */
export interface SedCommand {
  /** Whether it is for this line. */
  isAt(line: string, place: { readonly number: number; readonly isLast: boolean }): boolean;
  readonly effect: SedEffect;
}

/** What a command does. */
export type SedEffect =
  | { readonly type: "print" }
  | { readonly type: "delete" }
  | {
      readonly type: "replace";
      readonly isPrinted: boolean;
      /** The new line; `undefined` when nothing matched. */
      replace(line: string): string | undefined;
    };

type Take = { rest: string };

/** Reads commands that are joined by `;` or newlines. @throws NotUnderstood. */
export function readSedScript(script: string, isExtended: boolean): readonly SedCommand[] {
  const source: Take = { rest: script };
  const commands: SedCommand[] = [];
  for (;;) {
    source.rest = source.rest.replace(/^[\s;]+/, "");
    if (source.rest === "") return commands;
    const isAt = readAddress(source, isExtended);
    commands.push({ isAt, effect: readEffect(source, isExtended) });
    if (!/^\s*(?:$|;|\n)/.test(source.rest)) refuse(script);
  }
}

function readAddress(source: Take, isExtended: boolean): SedCommand["isAt"] {
  const number = take(source, /^\d+/);
  if (number !== undefined) {
    if (number === "0") refuse("0");
    return (_line, place) => place.number === Number(number);
  }
  if (take(source, /^\$/) !== undefined) return (_line, { isLast }) => isLast;
  if (take(source, /^\//) === undefined) return () => true;
  const expression = compile(readPart(source, "/"), { isExtended, flags: "u" });
  return (line) => {
    demandAscii(expression, line);
    return expression.expression.test(line);
  };
}

function readEffect(source: Take, isExtended: boolean): SedEffect {
  const letter = take(source, /^\s*[spd]/)?.trim();
  if (letter === "p") return { type: "print" };
  if (letter === "d") return { type: "delete" };
  if (letter !== "s") return refuse(source.rest);
  const separator = take(source, /^[^\\\n]/u) ?? refuse("s");
  if (/[\w\s;{}]/.test(separator)) refuse(`s${separator}`);
  const pattern = readPart(source, separator);
  const replacement = readReplacement(readPart(source, separator));
  const flags = take(source, /^[gpiI]*/) ?? "";
  const isFolded = /i/i.test(flags);
  const compiled = compile(pattern, { isExtended, flags: isFolded ? "iu" : "u" });
  const usesGroups = replacement.some((piece) => typeof piece === "number" && piece > 0);
  if (usesGroups && compiled.pattern.isAmbiguous) refuse("groups of an ambiguous pattern");
  const highest = Math.max(0, ...replacement.filter((piece) => typeof piece === "number"));
  if (highest > compiled.pattern.groups) refuse(`\\${highest}`);
  const substitution = { compiled, replacement, isGlobal: flags.includes("g") };
  return {
    type: "replace",
    isPrinted: flags.includes("p"),
    replace: (line) => substitute(line, substitution),
  };
}

interface Compiled {
  readonly pattern: Pattern;
  readonly expression: RegExp;
  readonly isFolded: boolean;
}

interface Substitution {
  readonly compiled: Compiled;
  /** Text, or the number of a group; 0 is the whole match. */
  readonly replacement: readonly (string | number)[];
  readonly isGlobal: boolean;
}

function compile(text: string, options: { isExtended: boolean; flags: string }): Compiled {
  if (text === "") refuse("an empty pattern");
  const pattern = readPattern(text, options.isExtended ? "extended" : "basic");
  const expression = new RegExp(pattern.source, options.flags);
  return { pattern, expression, isFolded: options.flags.includes("i") };
}

function substitute(line: string, wanted: Substitution): string | undefined {
  const { compiled, replacement, isGlobal } = wanted;
  demandAscii(compiled, line);
  const expression = new RegExp(compiled.expression, `${compiled.expression.flags}g`);
  let result = "";
  let from = 0;
  let endOfLast = -1;
  for (const match of line.matchAll(expression)) {
    const end = match.index + match[0].length;
    demandLongest(compiled, line, match);
    // An empty match right behind another one is none.
    if (match[0] === "" && match.index === endOfLast) continue;
    const text = replacement.map((piece) =>
      typeof piece === "string" ? piece : (match[piece] ?? ""),
    );
    result += line.slice(from, match.index) + text.join("");
    from = end;
    endOfLast = end;
    if (!isGlobal) break;
  }
  return endOfLast < 0 ? undefined : result + line.slice(from);
}

/** POSIX takes the longest match at the first place, we the first that our engine finds: they must be the same. */
function demandLongest(
  { pattern, expression }: Compiled,
  line: string,
  match: RegExpExecArray,
): void {
  const found = match.index + match[0].length;
  for (let end = line.length; end > found; end -= 1) {
    const exact = new RegExp(`(?:${pattern.source})(?<=^.{${end}})`, `${expression.flags}ys`);
    exact.lastIndex = match.index;
    const longer = exact.exec(line);
    if (longer !== null && longer[0].length > match[0].length)
      throw new NotUnderstood("a pattern whose longest match is another");
  }
}

function demandAscii({ pattern, isFolded }: Compiled, line: string): void {
  if ((pattern.needsAscii || isFolded) && /[^\0-\x7f]/.test(line))
    throw new NotUnderstood("sed with classes of characters beyond ASCII");
}

/** Up to the separator, which stands for itself behind a backslash. */
function readPart(source: Take, separator: string): string {
  let part = "";
  for (;;) {
    const piece = take(source, /^(?:\\[^]|[^])/u) ?? refuse("an unfinished command");
    if (piece === separator) return part;
    if (piece === "\n") refuse("a command of several lines");
    if (piece === "[") part += take(source, /^\^?\]?(?:\[:[a-z]+:\]|[^\]])*\]/u, "[") ?? "[";
    else if (piece === `\\${separator}` && separator !== "/") refuse(piece);
    else part += piece === `\\${separator}` ? separator : piece;
  }
}

function readReplacement(text: string): readonly (string | number)[] {
  const pieces: (string | number)[] = [];
  for (const [piece] of text.matchAll(/\\[^]|[^]/gu)) {
    if (piece === "&") pieces.push(0);
    else if (/^\\\d$/.test(piece)) pieces.push(Number(piece.slice(1)));
    else if (piece === "\\n") pieces.push("\n");
    else if (piece === "\\t") pieces.push("\t");
    else if (/^\\[a-zA-Z]/.test(piece)) refuse(piece);
    else pieces.push(piece.startsWith("\\") ? piece.slice(1) : piece);
  }
  return pieces;
}

function take(source: Take, expression: RegExp, prefix = ""): string | undefined {
  const [found] = expression.exec(source.rest) ?? [];
  if (found === undefined) return undefined;
  source.rest = source.rest.slice(found.length);
  return prefix + found;
}

function refuse(what: string): never {
  throw new NotUnderstood(`the sed script ${what}`);
}
