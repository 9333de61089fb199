import type { ParsedText } from "./parsed-text.ts";

/** As deep as a YAML manifest may be. */
const MAX_DEPTH = 100;

/** Reads a JSON text: strictly, without comments or trailing commas. */
export function parseJson(text: string): ParsedText {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { values: [], failure: failureOf(text, error.message) };
  }
  const fields = countFields(value, 0);
  if (fields === undefined) {
    return { values: [], failure: { reason: `nesting exceeds ${MAX_DEPTH} levels` } };
  }
  return { values: [value], hasDuplicates: fields !== countColons(text) };
}

/** The engine says where in its message, except of a token that it did not expect. */
function failureOf(text: string, message: string): NonNullable<ParsedText["failure"]> {
  const said = / in JSON at position (\d+)| at position (\d+)/.exec(message);
  const reason = message.replace(/,? (?:in JSON )?at position .*| in JSON .*/, "");
  if (said !== null) return { reason, offset: Number(said[1] ?? said[2]) };
  const token = /^Unexpected token ('.*?')/s.exec(message);
  if (token === null) return { reason, offset: text.length };
  return { reason: `Unexpected ${token[1]}`, offset: offsetOfUnexpected(text) };
}

/**
 * The first character that cannot stand where it stands: the shortest beginning of the text that is refused for a
 * token and not for being incomplete ends with it. Found by halving, about twenty parses.
 */
function offsetOfUnexpected(text: string): number {
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (hasUnexpectedToken(text.slice(0, middle))) bad = middle;
    else good = middle;
  }
  return good;
}

function hasUnexpectedToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message.startsWith("Unexpected token");
    throw error;
  }
}

/** Fields in a parsed value; `undefined` when it is nested too deep. */
function countFields(value: unknown, depth: number): number | undefined {
  if (typeof value !== "object" || value === null) return 0;
  if (depth === MAX_DEPTH) return undefined;
  const isList = Array.isArray(value);
  let count = 0;
  for (const field in value) {
    const inner: unknown = Reflect.get(value, field);
    if (!isList) count += 1;
    if (typeof inner !== "object") continue;
    const below = countFields(inner, depth + 1);
    if (below === undefined) return undefined;
    count += below;
  }
  return count;
}

/**
 * Fields as written: the colons outside of texts. `JSON.parse` keeps the last of two equal fields without a word, so
 * fewer fields than colons mean that one was written twice.
 */
function countColons(text: string): number {
  let colons = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === COLON) colons += 1;
    else if (code === QUOTE) index = endOfText(text, index);
  }
  return colons;
}

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

/** The closing quote of the text that opens at `open`. */
function endOfText(text: string, open: number): number {
  let end = text.indexOf('"', open + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
