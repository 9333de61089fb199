import type { ParsedText } from "./parsed-text.ts";

/** As deep as a YAML manifest may be. */
const MAX_DEPTH = 100;
/** Most values of a text: some 280,000 resources, which take 500 MB. */
const MAX_VALUES = 2_000_000;
/** In a longer text the wrong character is not searched for. */
const MAX_SEARCHED_LENGTH = 4 * 1024 * 1024;

/** Reads a JSON text: strictly, without comments or trailing commas. */
export function parseJson(text: string): ParsedText {
  const { colons, tooMuch } = measureJson(text);
  if (tooMuch !== undefined) return { values: [], failure: { reason: tooMuch } };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { values: [], failure: failureOf(text, error.message) };
  }
  // `JSON.parse` keeps the last of two equal fields and says nothing.
  return { values: [value], hasDuplicates: countFields(value) !== colons };
}

/** The engine says where in its message, except of a token that it did not expect. */
function failureOf(text: string, message: string): NonNullable<ParsedText["failure"]> {
  const said = / in JSON at position (\d+)| at position (\d+)/.exec(message);
  const reason = message.replace(/,? (?:in JSON )?at position .*| in JSON .*/, "");
  if (said !== null) return { reason, offset: Number(said[1] ?? said[2]) };
  const token = /^Unexpected token ('.*?')/s.exec(message);
  if (token === null) return { reason, offset: text.length };
  const unexpected = `Unexpected ${token[1]}`;
  if (text.length > MAX_SEARCHED_LENGTH) return { reason: unexpected };
  return { reason: unexpected, offset: offsetOfUnexpected(text) };
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

/** Fields in a parsed value. It is nested no deeper than a manifest may be. */
function countFields(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const isList = Array.isArray(value);
  let count = 0;
  for (const field in value) {
    const inner: unknown = Reflect.get(value, field);
    if (!isList) count += 1;
    if (typeof inner === "object") count += countFields(inner);
  }
  return count;
}

/** The properties of a JSON text that need no parser; right for valid JSON. */
interface JsonMeasure {
  /** How deep its lists and mappings are nested. */
  readonly depth: number;
  /** Colons outside of texts: its fields as they were written. */
  readonly colons: number;
  /** Why it is not parsed: it would take too much memory. */
  readonly tooMuch?: string;
}

/** Measures a JSON text. One pass; nothing is kept. */
function measureJson(text: string): JsonMeasure {
  let [colons, values, open, depth] = [0, 1, 0, 0];
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfText(text, index);
        break;
      case COLON:
        colons += 1;
        break;
      case COMMA:
        values += 1;
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        values += 1;
        open += 1;
        depth = Math.max(depth, open);
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        open -= 1;
        break;
      default:
    }
  }
  if (depth > MAX_DEPTH) return { depth, colons, tooMuch: `nesting exceeds ${MAX_DEPTH} levels` };
  return values > MAX_VALUES ? { depth, colons, tooMuch: TOO_MANY_VALUES } : { depth, colons };
}

const TOO_MANY_VALUES = `it holds more than ${MAX_VALUES} values, which is more than is read of one file; write several`;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

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
