import { createScanner } from "jsonc-parser";

/** What edits must tell apart in a text; all else is `other`. */
export type TokenType =
  | "open"
  | "close"
  | "comma"
  | "line-comment"
  | "block-comment"
  | "break"
  | "space"
  | "other";

/** A piece of a text, white space and comments included. */
export interface Token {
  readonly type: TokenType;
  readonly offset: number;
  readonly end: number;
}

/** `SyntaxKind` of the scanner, whose declaration as a constant enum cannot be used across modules. */
const TYPES: ReadonlyMap<number, TokenType> = new Map([
  [1, "open"],
  [2, "close"],
  [3, "open"],
  [4, "close"],
  [5, "comma"],
  [12, "line-comment"],
  [13, "block-comment"],
  [14, "break"],
  [15, "space"],
]);
const END_OF_TEXT = 17;

/** The tokens of a text from an offset on, which must be the start of one. */
export function* tokensFrom(text: string, offset: number): Generator<Token, void, undefined> {
  const scanner = createScanner(text);
  scanner.setPosition(offset);
  for (let kind: number = scanner.scan(); kind !== END_OF_TEXT; kind = scanner.scan()) {
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    yield { type: TYPES.get(kind) ?? "other", offset: start, end };
  }
}

/** Whether a token is a comment. */
export function isComment({ type }: Token): boolean {
  return type === "line-comment" || type === "block-comment";
}
