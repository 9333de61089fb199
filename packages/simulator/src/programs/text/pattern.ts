import { NotUnderstood } from "../machine/not-understood.ts";

/** How a pattern is written. */
export type PatternSyntax = "basic" | "extended" | "fixed";

/** A POSIX pattern as a regular expression of ours. */
export interface Pattern {
  /** Source for the flags `u` or `iu`; it matches the same lines. */
  readonly source: string;
  /** Only on ASCII lines does it mean the same everywhere. */
  readonly needsAscii: boolean;
  /** A group is repeated or alternatives are there, so that what the groups hold may differ. */
  readonly isAmbiguous: boolean;
  readonly groups: number;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "a-zA-Z",
  digit: "0-9",
  alnum: "a-zA-Z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: " \\t\\n\\r\\f\\v",
  blank: " \\t",
  punct: "!-\\/:-@\\[-`\\{-~",
  xdigit: "0-9a-fA-F",
};

/** Translates a pattern. @throws NotUnderstood for what is not in both languages. */
export function readPattern(text: string, syntax: PatternSyntax): Pattern {
  if (text.includes("\n")) throw new NotUnderstood("a pattern of several lines");
  if (syntax === "fixed")
    return { source: escapeAll(text), needsAscii: false, isAmbiguous: false, groups: 0 };
  return new PatternReader(text, syntax === "extended").read();
}

function escapeAll(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, (character) =>
    character === "-" ? "\\x2d" : `\\${character}`,
  );
}

type Last = "none" | "atom" | "group" | "repeated";

class PatternReader {
  readonly #text: string;
  readonly #isExtended: boolean;
  #at = 0;
  #source = "";
  #needsAscii = false;
  #isAmbiguous = false;
  #groups = 0;
  #depth = 0;
  /** What a repetition would be of. */
  #last: Last = "none";

  constructor(text: string, isExtended: boolean) {
    this.#text = text;
    this.#isExtended = isExtended;
  }

  read(): Pattern {
    while (this.#at < this.#text.length) this.#readOne();
    if (this.#depth !== 0) this.#refuse();
    return {
      source: this.#source,
      needsAscii: this.#needsAscii,
      isAmbiguous: this.#isAmbiguous,
      groups: this.#groups,
    };
  }

  #readOne(): void {
    const operator = this.#takeOperator();
    if (operator !== undefined) return this.#readOperator(operator);
    const character = this.#takeCharacter();
    if (character === "[") this.#emit(this.#readBracket(), "atom");
    else if (character === ".") this.#emit(".", "atom");
    else if (character === "^" && this.#isAtStart()) this.#emit("^", "none");
    else if (character === "$" && this.#isAtEnd()) this.#emit("$", "none");
    else if (character === "\\") this.#readEscape();
    else if (character === "*") this.#emit("\\*", "atom");
    else this.#readLiteral(character);
  }

  /** Takes one of ( ) | { + ? in the way it is written in this syntax, and `*` where it repeats. */
  #takeOperator(): string | undefined {
    const rest = this.#text.slice(this.#at);
    const found = this.#isExtended ? /^[(|){+?*]/.exec(rest) : /^(?:\\[(|){+?]|\*)/.exec(rest);
    if (found === null) return undefined;
    const operator = found[0].at(-1);
    if (operator === "*" && this.#last === "none" && !this.#isExtended) return undefined;
    this.#at += found[0].length;
    return operator;
  }

  #readOperator(operator: string): void {
    if (operator === "(") {
      this.#depth += 1;
      this.#groups += 1;
      this.#emit("(", "none");
    } else if (operator === ")") {
      if (this.#depth === 0 || /[(|]$/.test(this.#source)) this.#refuse();
      this.#depth -= 1;
      this.#emit(")", "group");
    } else if (operator === "|") {
      if (this.#source === "" || /[(|]$/.test(this.#source)) this.#refuse();
      if (this.#at === this.#text.length) this.#refuse();
      this.#isAmbiguous = true;
      this.#emit("|", "none");
    } else this.#repeat(operator === "{" ? this.#readInterval() : operator);
  }

  #repeat(times: string): void {
    if (this.#last === "none" || this.#last === "repeated") this.#refuse();
    if (this.#last === "group") this.#isAmbiguous = true;
    this.#emit(times, "repeated");
  }

  #readInterval(): string {
    const rest = this.#text.slice(this.#at);
    const end = this.#isExtended ? "\\}" : "\\\\\\}";
    const [all, low = "", comma = "", high = ""] =
      new RegExp(`^(\\d{1,4})(,?)(\\d{0,4})${end}`).exec(rest) ?? [];
    if (all === undefined || (high !== "" && Number(high) < Number(low))) return this.#refuse();
    this.#at += all.length;
    return `{${low}${comma}${high}}`;
  }

  #readEscape(): void {
    const character = this.#takeCharacter();
    if (/^[wWsSb]$/.test(character)) {
      this.#needsAscii = true;
      this.#emit(`\\${character}`, character === "b" ? "none" : "atom");
    } else if (/^[^a-zA-Z0-9<>`'\n]$/u.test(character)) this.#readLiteral(character);
    else this.#refuse();
  }

  #readLiteral(character: string): void {
    this.#emit(escapeAll(character), "atom");
  }

  #readBracket(): string {
    const rest = this.#text.slice(this.#at);
    const [all, not = "", body = ""] = /^(\^?)(\]?(?:\[:[a-z]+:\]|[^\]])*)\]/su.exec(rest) ?? [];
    if (all === undefined || body === "" || /\[[.=]/.test(body)) return this.#refuse();
    this.#at += all.length;
    let set = "";
    for (const [part, name, first, last] of body.matchAll(/\[:([a-z]+):\]|(.)-(.)|./gsu)) {
      if (name !== undefined) set += this.#classNamed(name);
      else if (first !== undefined && last !== undefined) {
        if (last < first || last === "[") return this.#refuse();
        set += `${escapeAll(first)}-${escapeAll(last)}`;
      } else set += escapeAll(part);
    }
    return `[${not}${set}]`;
  }

  #classNamed(name: string): string {
    this.#needsAscii = true;
    return CLASSES[name] ?? this.#refuse();
  }

  #takeCharacter(): string {
    const [character = ""] = this.#text.slice(this.#at);
    this.#at += character.length;
    if (character === "") this.#refuse();
    return character;
  }

  #isAtStart(): boolean {
    return this.#isExtended || this.#source === "" || /(?<!\\)[(|]$/.test(this.#source);
  }

  #isAtEnd(): boolean {
    return this.#isExtended || /^(?:$|\\[|)])/.test(this.#text.slice(this.#at));
  }

  #emit(source: string, last: Last): void {
    this.#source += source;
    this.#last = last;
  }

  #refuse(): never {
    throw new NotUnderstood(`the pattern ${this.#text}`);
  }
}
