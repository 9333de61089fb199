import * as z from "zod/mini";
import { fieldMistakes, valueAt } from "../check/field-mistakes.ts";
import type { FieldPath } from "../check/field-path.ts";
import { type ForeignWords, withForeignAdvice } from "../check/foreign-words.ts";
import { NAME_RULE, PLAIN_NAME } from "../check/name.ts";
import {
  missingField,
  type Mistake,
  mistakeAsWritten,
  mistakeDiagnostic,
  wrongType,
} from "../check/mistake.ts";
import { type Diagnostic, formatLocation, isEnough } from "../fault/diagnostic.ts";
import { isJsonObject } from "../json.ts";
import { API_VERSION } from "./manifest.ts";
import type { ManifestDocument } from "./parse-file.ts";

/** What a manifest says of itself. */
export interface ManifestHeader {
  readonly name: string;
  readonly generation?: number;
  /** What left the manifest is deleted. Default false. */
  readonly prune?: boolean;
}

/** The strict schema of a document without its resources; also the source of its part of the JSON Schema. */
export const documentSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal("Manifest"),
  metadata: z.optional(
    z.strictObject({
      name: z.optional(z.string().check(z.regex(PLAIN_NAME, { error: `write ${NAME_RULE}` }))),
      generation: z.optional(z.int().check(z.minimum(1))),
    }),
  ),
  prune: z.optional(
    z
      .boolean()
      .check(
        z.describe(
          "Whether what left the manifest is deleted, where Holdfast made it. Default false: it stays, and is listed.",
        ),
      ),
  ),
  vars: z.optional(
    z
      .record(z.string(), z.unknown())
      .check(
        z.describe(
          "Names for {{ }} in the resources of every document that has vars, if only {}. {{facts.hostname}} and its like are known too.",
        ),
      ),
  ),
  resources: z.optional(z.unknown()),
  $schema: z.optional(
    z
      .string()
      .check(
        z.describe(
          "Where an editor finds this schema. Nothing else reads it, and it changes nothing.",
        ),
      ),
  ),
});

/**
 * Reads what the documents say of their manifest, each for itself and all together: a name somewhere, and no
 * contradiction. `undefined` when there is no name, which is reported.
 */
export function readHeader(
  documents: readonly ManifestDocument[],
  diagnostics: Diagnostic[],
  words?: ForeignWords,
): ManifestHeader | undefined {
  const before = diagnostics.length;
  for (const document of documents) {
    if (isEnough(diagnostics)) break;
    for (const mistake of documentMistakes(document.value, words)) {
      report(document, mistake, diagnostics);
    }
  }
  const name = agree(documents, ["metadata", "name"], diagnostics);
  const generation = agree(documents, ["metadata", "generation"], diagnostics);
  const prune = agree(documents, ["prune"], diagnostics);
  const first = documents[0];
  if (name === undefined && first !== undefined && diagnostics.length === before) {
    report(
      first,
      missingField(["metadata", "name"], "a text that names the manifest"),
      diagnostics,
    );
  }
  if (typeof name !== "string") return undefined;
  return {
    name,
    ...(typeof generation === "number" ? { generation } : {}),
    ...(prune === true ? { prune } : {}),
  };
}

function documentMistakes(value: unknown, words?: ForeignWords): readonly Mistake[] {
  if (!isJsonObject(value)) {
    const { summary, detail } = wrongType([], "a mapping", value);
    return [{ path: [], summary, detail: `the manifest${detail}` }];
  }
  return fieldMistakes(documentSchema, value, []).map((mistake) =>
    withForeignAdvice(mistake, words, { kind: undefined, value: valueAt(value, mistake.path) }),
  );
}

/** The value that all documents which have one give to a field. */
function agree(
  documents: readonly ManifestDocument[],
  path: FieldPath & readonly string[],
  diagnostics: Diagnostic[],
): unknown {
  let first: { readonly document: ManifestDocument; readonly value: unknown } | undefined;
  for (const document of documents) {
    const value = valueAt(document.value, path);
    if (isEnough(diagnostics)) break;
    if (value === undefined) continue;
    first ??= { document, value };
    if (first.value === value) continue;
    const there = formatLocation(locate(first.document, path));
    const said = `${JSON.stringify(value)} here and ${JSON.stringify(first.value)} at ${there}`;
    const detail = `${path.join(".")} is ${said}. All documents together are one manifest.`;
    report(document, { path, summary: "Contradiction", detail }, diagnostics);
  }
  return first?.value;
}

function report(document: ManifestDocument, mistake: Mistake, diagnostics: Diagnostic[]): void {
  const written = document.positions().textAt(document.number, mistake.path);
  const said = mistakeAsWritten(mistake, written);
  diagnostics.push(mistakeDiagnostic(said, document.file, locate(document, mistake.path)));
}

function locate(document: ManifestDocument, path: FieldPath) {
  return document.positions().locate(document.number, path);
}
