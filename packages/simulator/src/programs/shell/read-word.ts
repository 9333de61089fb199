import type { ByteText } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import type { Part, Script, Term, Word } from "./syntax.ts";

/** Parses the script of a substitution that begins at this line of its own script, from 1. */
export type ParseNested = (source: ByteText, line: number) => Script;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
/** Ends a word where it is not quoted. */
const ENDS_WORD = /[\s;&|<>()]/;

/** Reads words out of a script, one after another. */
export class WordReader {
  readonly #source: ByteText;
  readonly #parseNested: ParseNested;
  /** Where the next character is. */
  at = 0;

  constructor(source: ByteText, parseNested: ParseNested) {
    this.#source = source;
    this.#parseNested = parseNested;
  }

  get rest(): ByteText {
    return this.#source.slice(this.at);
  }

  /** Reads up to what ends a word. */
  read(): Word {
    return this.#readParts((character) => ENDS_WORD.test(character));
  }

  /** Reads all there is as one word, for the fallback of a parameter. */
  readWhole(): Word {
    return this.#readParts(() => false);
  }

  #readParts(isEnd: (character: string) => boolean): Word {
    const parts: Part[] = [];
    while (this.at < this.#source.length && !isEnd(this.#peek())) {
      const character = this.#peek();
      if (character === "\\") this.#readEscape(parts);
      else if (character === "'") this.#readSingleQuoted(parts);
      else if (character === '"') this.#readDoubleQuoted(parts);
      else if (character === "$" || character === "`") parts.push(this.#readExpansion(false));
      else addText(parts, this.#take(1), false);
    }
    return parts;
  }

  #readEscape(parts: Part[]): void {
    const pair = this.#take(2);
    if (pair.length < 2) throw new NotUnderstood("a backslash at the end");
    if (pair !== "\\\n") addText(parts, pair.slice(1), true);
  }

  #readSingleQuoted(parts: Part[]): void {
    const end = this.#source.indexOf("'", this.at + 1);
    if (end < 0) throw new NotUnderstood("a quote without its end");
    addText(parts, this.#source.slice(this.at + 1, end), true);
    this.at = end + 1;
  }

  #readDoubleQuoted(parts: Part[]): void {
    this.at += 1;
    const before = parts.length;
    for (let character = this.#peek(); character !== '"'; character = this.#peek()) {
      if (character === "") throw new NotUnderstood("a quote without its end");
      if (character === "$" || character === "`") parts.push(this.#readExpansion(true));
      else if (character !== "\\") addText(parts, this.#take(1), true);
      else {
        const pair = this.#take(2);
        if (pair !== "\\\n")
          addText(parts, /[$`"\\]/.test(pair[1] ?? "") ? pair.slice(1) : pair, true);
      }
    }
    this.at += 1;
    if (parts.length === before) parts.push({ type: "text", text: "", isQuoted: true });
  }

  #readExpansion(isQuoted: boolean): Part {
    if (this.#peek() === "`") return this.#readBackquoted(isQuoted);
    const { rest } = this;
    if (rest.startsWith("$((")) return this.#readSum(isQuoted);
    if (rest.startsWith("$(")) return this.#readSubstitution(isQuoted);
    if (rest.startsWith("${")) return this.#readBraced(isQuoted);
    if (!isQuoted && /^\$['"]/.test(rest)) throw new NotUnderstood("$ before a quote");
    const [name] = NAME.exec(rest.slice(1)) ?? /^[?#@*0-9]/.exec(rest.slice(1)) ?? [];
    if (name !== undefined) {
      this.at += 1 + name.length;
      return { type: "parameter", name, fallback: undefined, isQuoted };
    }
    if (/^\$[$!-]/.test(rest)) throw new NotUnderstood(rest.slice(0, 2));
    this.at += 1;
    return { type: "text", text: "$", isQuoted };
  }

  #readBraced(isQuoted: boolean): Part {
    const end = closingOf(this.#source, this.at + 2, "}");
    const inside = this.#source.slice(this.at + 2, end);
    this.at = end + 1;
    const [name = ""] = NAME.exec(inside) ?? /^(?:[?#@*]|[0-9]+)/.exec(inside) ?? [];
    const [all, operator, text = ""] = /^(:?[-+])([^]*)$/.exec(inside.slice(name.length)) ?? [];
    const isPlain = inside === name;
    if (name === "" || (!isPlain && all === undefined)) throw new NotUnderstood(`\${${inside}}`);
    if (isPlain || operator === undefined)
      return { type: "parameter", name, fallback: undefined, isQuoted };
    if (/^[@*]$/.test(name)) throw new NotUnderstood(`\${${inside}}`);
    return {
      type: "parameter",
      name,
      fallback: { operator, word: this.#readFallback(text, isQuoted) },
      isQuoted,
    };
  }

  #readFallback(text: ByteText, isQuoted: boolean): Word {
    if (isQuoted && /['"\\]/.test(text))
      throw new NotUnderstood(`quotes in a quoted fallback ${text}`);
    const word = new WordReader(text, this.#parseNested).readWhole();
    return isQuoted ? word.map((part) => ({ ...part, isQuoted })) : word;
  }

  #readSubstitution(isQuoted: boolean): Part {
    const end = closingOf(this.#source, this.at + 2, ")");
    const script = this.#parseNested(this.#source.slice(this.at + 2, end), this.#line());
    this.at = end + 1;
    return { type: "substitution", script, isQuoted };
  }

  #readBackquoted(isQuoted: boolean): Part {
    const end = this.#source.indexOf("`", this.at + 1);
    const inside = this.#source.slice(this.at + 1, end);
    if (end < 0) throw new NotUnderstood("a quote without its end");
    if (inside.includes("\\")) throw new NotUnderstood("a backslash in backquotes");
    this.at = end + 1;
    return { type: "substitution", script: this.#parseNested(inside, this.#line()), isQuoted };
  }

  #readSum(isQuoted: boolean): Part {
    const end = this.#source.indexOf("))", this.at);
    const inside = this.#source.slice(this.at + 3, Math.max(end, this.at + 3));
    const isSum = /^\s*-?\s*\$?\w+(?:\s*[-+]\s*\$?\w+)*\s*$/.test(inside);
    if (!isSum) throw new NotUnderstood(`the arithmetic $((${inside}))`);
    this.at = end + 2;
    const terms = Array.from(
      inside.matchAll(/([-+]?)\s*\$?(\w+)/g),
      ([, sign, operand = ""]): Term => {
        if (!NAME.test(operand) && !/^(?:0|[1-9]\d{0,11})$/.test(operand))
          throw new NotUnderstood(`the number ${operand}`);
        return { sign: sign === "-" ? -1 : 1, operand };
      },
    );
    return { type: "sum", terms, isQuoted };
  }

  #line(): number {
    return this.#source.slice(0, this.at).split("\n").length;
  }

  #peek(): string {
    return this.#source.charAt(this.at);
  }

  #take(count: number): ByteText {
    const taken = this.#source.slice(this.at, this.at + count);
    this.at += count;
    return taken;
  }
}

/** Adjoining text with the same quoting is one part. */
function addText(parts: Part[], text: ByteText, isQuoted: boolean): void {
  const last = parts.at(-1);
  if (last?.type === "text" && last.isQuoted === isQuoted)
    parts[parts.length - 1] = { type: "text", text: last.text + text, isQuoted };
  else parts.push({ type: "text", text, isQuoted });
}

/** Where the bracket that was opened before `from` is closed, quotes and brackets in between skipped. */
function closingOf(source: ByteText, from: number, closing: ")" | "}"): number {
  let depth = 1;
  let isInDouble = false;
  const opening = closing === ")" ? "(" : "{";
  for (let at = from; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (character === "\\") at += 1;
    else if (character === '"') isInDouble = !isInDouble;
    else if (character === "`") throw new NotUnderstood("backquotes in an expansion");
    else if (isInDouble) {
      if (character === "$" && /[({]/.test(source.charAt(at + 1)))
        at = closingOf(source, at + 2, source.charAt(at + 1) === "(" ? ")" : "}");
    } else if (character === "'") at = endOfQuote(source, at);
    else if (character === "#" && closing === ")" && /\s/.test(source.charAt(at - 1)))
      at = endOfLine(source, at);
    else if (character === opening) depth += 1;
    else if (character === closing) depth -= 1;
    if (depth === 0) return at;
  }
  throw new NotUnderstood("an expansion without its end");
}

function endOfLine(source: ByteText, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}

function endOfQuote(source: ByteText, at: number): number {
  const end = source.indexOf("'", at + 1);
  if (end < 0) throw new NotUnderstood("a quote without its end");
  return end;
}
