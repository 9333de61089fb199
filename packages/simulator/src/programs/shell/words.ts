import { NotUnderstood } from "../machine/not-understood.ts";
import type { Assignment, Part, Redirection, Word } from "./syntax.ts";
import type { Token } from "./tokens.ts";

/** Words that mean something where a command begins. */
const RESERVED = new Set([
  "!",
  "{",
  "}",
  "if",
  "then",
  "elif",
  "else",
  "fi",
  "for",
  "in",
  "do",
  "done",
  "while",
  "until",
]);
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["case", "a case"],
  ["esac", "a case"],
  ["function", "a function"],
  ["select", "a select"],
  ["time", "time"],
  ["coproc", "a coprocess"],
  ["[[", "[[, a test of bash"],
]);
/** The word, if it means something where a command begins. @throws NotUnderstood for one that we do not know. */
export function reservedWord(word: Word): string | undefined {
  const text = literal(word);
  const refusal = text === undefined ? undefined : REFUSED.get(text);
  if (refusal !== undefined) throw new NotUnderstood(refusal);
  return text !== undefined && RESERVED.has(text) ? text : undefined;
}

/** The text of a word that is nothing but unquoted text. */
export function literal(word: Word): string | undefined {
  const [part, ...others] = word;
  return part?.type === "text" && !part.isQuoted && others.length === 0 ? part.text : undefined;
}

function asStream(stream: number | string | undefined): 1 | 2 {
  if (Number(stream) === 1) return 1;
  if (Number(stream) === 2) return 2;
  throw new NotUnderstood(`a redirection with ${stream ?? "an expansion"}`);
}

/** The assignment that a word is, if it is one. */
export function asAssignment(word: Word): Assignment | undefined {
  const [first, ...others] = word;
  if (first?.type !== "text" || first.isQuoted) return undefined;
  const [all, name] = /^([A-Za-z_]\w*)=/.exec(first.text) ?? [];
  if (all === undefined || name === undefined) return undefined;
  const text = first.text.slice(all.length);
  const value: Word = text === "" ? others : [{ ...first, text }, ...others];
  return { name, value: withHome(value) };
}

/** A tilde at the beginning is the home. */
export function withHome(word: Word): Word {
  const [first, ...others] = word;
  if (first?.type !== "text" || first.isQuoted || !/^~(?:\/|$)/.test(first.text)) return word;
  if (first.text === "~" && others.length > 0) throw new NotUnderstood("the home of another user");
  const home: Part = { type: "home", isQuoted: true };
  const rest = { ...first, text: first.text.slice(1) };
  return rest.text === "" ? [home] : [home, rest, ...others];
}

/** The redirection that an operator makes of the word behind it. @throws NotUnderstood. */
export function asRedirection(
  token: Extract<Token, { type: "redirection" }>,
  word: Word,
): Redirection {
  const { operator, stream } = token;
  if (operator === "<") {
    if ((stream ?? 0) !== 0) throw new NotUnderstood(`a redirection of ${stream}`);
    return { type: "read", from: word };
  }
  if (operator === "&>" || operator === "&>>")
    return { type: "write", streams: [1, 2], to: word, isAppending: operator === "&>>" };
  if (operator === ">&")
    return { type: "same", stream: asStream(stream ?? 1), as: asStream(literal(word)) };
  return {
    type: "write",
    streams: [asStream(stream ?? 1)],
    to: word,
    isAppending: operator === ">>",
  };
}
