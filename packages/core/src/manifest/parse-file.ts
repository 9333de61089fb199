import type { Diagnostic } from "../fault/diagnostic.ts";
import type { FieldPath } from "../check/field-path.ts";
import { mistakeDiagnostic } from "../check/mistake.ts";
import type { Unfilled } from "../vars/fill-documents.ts";
import { parseJson } from "./text/parse-json.ts";
import { parseYaml } from "./text/parse-yaml.ts";
import type { ParsedText } from "./text/parsed-text.ts";
import { type Positions, positionsOf } from "./positions.ts";

/** One file of a manifest, already decoded. */
export interface ManifestFile {
  /** As people know it; every diagnostic names it. */
  readonly file: string;
  readonly text: string;
  readonly format: "yaml" | "json";
}

/** One document of a manifest: plain data, nothing checked. */
export interface ManifestDocument {
  readonly value: unknown;
  readonly file: string;
  /** The index of the document in its file, from 0, as `positions` expects it. */
  readonly number: number;
  /** Parses the file again at the first call. */
  readonly positions: () => Positions;
  /** What was written where a var was filled in; the path is that of the document. Default: nothing was. */
  readonly writtenAt?: (path: FieldPath) => string | undefined;
  /** Texts of resources that could not be filled. Default: all could. */
  readonly unfilled?: Unfilled;
}

/** Reads a file's documents; empty ones between separators are left out, an empty file is a mistake. */
export function parseFile(
  { file, text, format }: ManifestFile,
  diagnostics: Diagnostic[],
): readonly ManifestDocument[] {
  const clean = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const positions = once(() => positionsOf(file, clean));
  const parsed = format === "json" ? parseJson(clean) : parseYaml(clean);
  if (parsed.failure !== undefined) {
    diagnostics.push(syntaxError({ file, format, failure: parsed.failure, positions }));
    return [];
  }
  if (parsed.hasDuplicates) diagnostics.push(...duplicateFields(file, positions()));
  const documents = parsed.values.flatMap((value, number) =>
    value === null ? [] : [{ value, file, number, positions }],
  );
  if (documents.length === 0) diagnostics.push(emptyFile(file));
  return documents;
}

/** So many are reported of one file. */
const MOST_DUPLICATES = 1_000;
const BYTE_ORDER_MARK = "\uFEFF";

function syntaxError(input: {
  readonly file: string;
  readonly format: "yaml" | "json";
  readonly failure: NonNullable<ParsedText["failure"]>;
  readonly positions: () => Positions;
}): Diagnostic {
  const { offset, reason } = input.failure;
  const location =
    offset === undefined ? { file: input.file } : input.positions().locateOffset(offset);
  const summary = `Not ${input.format === "json" ? "JSON" : "YAML"}`;
  return mistakeDiagnostic({ path: [], summary, detail: `${reason}.` }, input.file, location);
}

function duplicateFields(file: string, positions: Positions): readonly Diagnostic[] {
  if (positions.duplicates.length === 0) return [duplicateSomewhere(file)];
  return positions.duplicates.slice(0, MOST_DUPLICATES).map(({ name, first, second }) => {
    const { line, column } = positions.locateOffset(first);
    const detail = `"${name}" was written before, at ${line}:${column}. Keep one of the two.`;
    const location = positions.locateOffset(second);
    return mistakeDiagnostic({ path: [], summary: "Duplicate field", detail }, file, location);
  });
}

/** In a long file it is not known where. */
function duplicateSomewhere(file: string): Diagnostic {
  const detail = "A field is written twice in one mapping. The file is too long to say where.";
  return mistakeDiagnostic({ path: [], summary: "Duplicate field", detail }, file, { file });
}

function emptyFile(file: string): Diagnostic {
  const detail =
    "The file holds no manifest. It may have been cut off; delete it if it is meant to be empty.";
  return mistakeDiagnostic({ path: [], summary: "Empty file", detail }, file, { file });
}

function once<T>(compute: () => T): () => T {
  let value: { readonly result: T } | undefined;
  return () => {
    value ??= { result: compute() };
    return value.result;
  };
}
