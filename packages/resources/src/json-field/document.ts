import { describeInvalidUtf8, Fault } from "@holdfast/core";
import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { decodeText, wideTextFault } from "../byte-text.ts";
import { propertiesOf } from "./json-value.ts";
import { tokensFrom } from "./token.ts";

/** Largest file in which fields are edited. */
export const MAX_DOCUMENT_BYTES = 1_048_576;

/** How deep objects and lists may lie in each other. The parser calls itself once for each. */
const MAX_DEPTH = 200;

/** The text of a JSON file and what is where in it. Comments and closing commas are taken as they come. */
export interface JsonDocument {
  readonly text: string;
  readonly root: Node;
}

/** What a file that holds nothing yet begins as. */
export const EMPTY_OBJECT = "{}\n";

/**
 * Reads a document. A file of white space at most is taken for an empty object: nothing in it can be lost.
 * @throws {Fault} ContentInvalid, for whatever leaves a doubt about what the file says: no UTF-8, a byte order mark,
 * bad syntax, a key twice in one object, a number that no program can hold, too deep nesting.
 */
export function parseDocument(content: Uint8Array, path: string): JsonDocument {
  const fault = wideTextFault(content, path);
  if (fault !== undefined) throw fault;
  const decoded = decodeText(content);
  if (decoded === undefined) {
    throw invalid(path, `it is not UTF-8: ${describeInvalidUtf8(content)}`);
  }
  if (decoded.startsWith("\ufeff")) throw invalid(path, "it begins with a byte order mark");
  const text = /^[ \t\r\n]*$/.test(decoded) ? EMPTY_OBJECT : decoded;
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) {
    throw invalid(path, `it nests deeper than ${MAX_DEPTH} ${placeOf(text, tooDeep)}`);
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const what = printParseErrorCode(error.error);
    throw invalid(path, `the parser says ${what} ${placeOf(text, error.offset)}`);
  }
  if (root === undefined) throw invalid(path, "it holds comments only");
  const doubt = findDoubt(root);
  if (doubt !== undefined) throw invalid(path, `${doubt.what} ${placeOf(text, doubt.offset)}`);
  return { text, root };
}

/** The fault of a file that is too large to be edited. */
export function tooLarge(path: string, sizeBytes: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} has ${sizeBytes} bytes; fields are edited in at most ${MAX_DOCUMENT_BYTES}`,
    resolution: "Declare the whole file, or edit it with an exec that has a guard.",
  });
}

function invalid(path: string, why: string): Fault {
  return new Fault({
    reason: "ContentInvalid",
    message: `${path} cannot be read as JSON: ${why}`,
    resolution: `Correct ${path} by hand; until then nothing is written to it.`,
  });
}

function findTooDeep(text: string): number | undefined {
  // Most files have too few brackets for that, wherever they are.
  if ((text.match(/[{[]/g)?.length ?? 0) <= MAX_DEPTH) return undefined;
  let depth = 0;
  for (const { type, offset } of tokensFrom(text, 0)) {
    if (type === "open") depth += 1;
    if (type === "close") depth -= 1;
    if (depth > MAX_DEPTH) return offset;
  }
  return undefined;
}

interface Doubt {
  readonly what: string;
  readonly offset: number;
}

/** Finds what programs read in different ways. */
function findDoubt(part: Node): Doubt | undefined {
  if (part.type === "number" && !Number.isFinite(part.value)) {
    return { what: "a number is too large", offset: part.offset };
  }
  const keys = new Set<string>();
  for (const { key, offset } of part.type === "object" ? propertiesOf(part) : []) {
    if (keys.has(key)) return { what: `the key ${JSON.stringify(key)} is there twice`, offset };
    keys.add(key);
  }
  for (const child of part.children ?? []) {
    const doubt = findDoubt(child);
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return `at line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}
