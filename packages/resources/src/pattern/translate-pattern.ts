import { type Meaning, meaningOf, range, written } from "./escape.ts";

/** A JavaScript regular expression as RE2 reads it, or why it has none. */
export type Translation =
  | {
      readonly type: "translated";
      readonly source: string;
      /** How many characters it can be busy with at once, with every repetition written out. */
      readonly steps: number;
    }
  | { readonly type: "refused"; readonly detail: string };

/**
 * Translates the part of JavaScript's syntax that can be matched in linear time, so that both engines agree on whether a
 * text matches. Groups lose their names and numbers, and lazy repetitions become greedy: neither changes whether there is a
 * match. The source must be a regular expression for JavaScript. O(length).
 */
export function translatePattern(source: string): Translation {
  const parts: string[] = [];
  const steps = new StepCount();
  for (const [token] of source.matchAll(TOKEN)) {
    const part = translateToken(token);
    if (part.type === "refused") return part;
    parts.push(part.source);
    steps.add(token);
  }
  return { type: "translated", source: parts.join(""), steps: steps.total };
}

const ESCAPE = String.raw`\\(?:c[A-Za-z]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[0-9]+|[^])`;
const CLASS = String.raw`\[(?:\\[^]|[^\]\\])*\]`;
const GROUP = String.raw`\((?:\?(?:<?[=!]|<[^>]*>|[a-z]*(?:-[a-z]*)?:))?`;
const REPETITION = String.raw`(?:[*+?]|\{\d+(?:,\d*)?\})\??`;
/** Takes every text apart without a rest. */
const TOKEN = new RegExp(`${ESCAPE}|${CLASS}|${GROUP}|${REPETITION}|[^]`, "gu");
const CLASS_MEMBER = new RegExp(`${ESCAPE}|[^]`, "gu");

type Part = { readonly type: "part"; readonly source: string } | Refused;
type Refused = { readonly type: "refused"; readonly detail: string };

function translateToken(token: string): Part {
  if (token.startsWith("\\")) return sourceOf(meaningOf(token, false));
  if (token === ".") return part(ANY_BUT_LINE_ENDS);
  if (/^[)|^]$/.test(token)) return part(token);
  if (token === "$") return part("\\z");
  if (token.startsWith("(")) return translateGroup(token);
  if (/^\[.*\]$/s.test(token)) return translateClass(token);
  if (IS_REPETITION.test(token)) return part(token.replace(/(?<=.)\?$/, ""));
  return part(written(token.codePointAt(0) ?? 0));
}

const ANY_BUT_LINE_ENDS = String.raw`[^\n\r\x{2028}\x{2029}]`;
const ANY = "[\\x{0}-\\x{10ffff}]";
const NONE = "[^\\x{0}-\\x{10ffff}]";
const IS_REPETITION = /^(?:[*+?]|\{\d)/;

function part(source: string): Part {
  return { type: "part", source };
}

function sourceOf(meaning: Meaning): Part {
  if (meaning.type === "refused") return meaning;
  if (meaning.type === "character") return part(written(meaning.codePoint));
  return part(meaning.type === "set" ? `[${meaning.members}]` : meaning.source);
}

function translateGroup(token: string): Part {
  if (token === "(" || /^\(\?<[^=!]/.test(token)) return part("(?:");
  if (/^\(\?(?:-?i)?:$/.test(token)) return part(token);
  if (/[=!]$/.test(token)) {
    const detail = `${token} looks around: write out what may stand there, such as [^#] for (?!#)`;
    return { type: "refused", detail };
  }
  return { type: "refused", detail: `${token} is not known here: of such groups there is (?i:` };
}

function translateClass(token: string): Part {
  const isNegated = token.startsWith("[^");
  const inner = token.slice(isNegated ? 2 : 1, -1);
  if (inner === "") return part(isNegated ? ANY : NONE);
  const meanings = Array.from(inner.matchAll(CLASS_MEMBER), ([member]) => memberOf(member));
  const refused = meanings.find((meaning) => meaning.type === "refused");
  if (refused !== undefined) return refused;
  return part(`[${isNegated ? "^" : ""}${joinMembers(meanings)}]`);
}

function memberOf(member: string): Meaning {
  if (member.startsWith("\\")) return meaningOf(member, true);
  if (member === "-") return HYPHEN;
  return { type: "character", codePoint: member.codePointAt(0) ?? 0 };
}

/** Distinct from an escaped one, which makes no range. */
const HYPHEN: Meaning = { type: "character", codePoint: 0x2d };

/** A hyphen between two characters makes a range, and anywhere else is itself. */
function joinMembers(meanings: readonly Meaning[]): string {
  const parts: string[] = [];
  for (let at = 0; at < meanings.length; at += 1) {
    const [first, hyphen, last] = meanings.slice(at, at + 3);
    if (first?.type !== "character") {
      if (first?.type === "set") parts.push(first.members);
    } else if (hyphen === HYPHEN && last?.type === "character") {
      parts.push(range(first.codePoint, last.codePoint));
      at += 2;
    } else parts.push(written(first.codePoint));
  }
  return parts.join("");
}

/** Counts steps token by token, as if every repetition were written out. */
class StepCount {
  /** Of each open group, and of the whole at the bottom. */
  readonly #open: number[] = [0];
  /** Of what a repetition would repeat. */
  #last = 0;

  get total(): number {
    return this.#open[0] ?? 0;
  }

  add(token: string): void {
    if (token.startsWith("(")) this.#open.push(0);
    else if (token === ")") this.#count(Math.max(1, this.#open.pop() ?? 0));
    else if (IS_REPETITION.test(token)) this.#count(this.#last * (timesOf(token) - 1));
    else this.#count(1);
  }

  #count(steps: number): void {
    this.#last = steps;
    this.#open.push((this.#open.pop() ?? 0) + steps);
  }
}

/** How often what is repeated has to be written out. */
function timesOf(repetition: string): number {
  const [, least = "1", comma, most = ""] = /^\{(\d+)(,?)(\d*)/.exec(repetition) ?? [];
  if (most !== "") return Math.max(1, Number(most));
  return Math.max(1, Number(least) + (comma === "," ? 1 : 0));
}
