import * as z from "zod/mini";
import { fieldMistakes } from "../check/field-mistakes.ts";
import { type Mistake, mistakeAsWritten, mistakeDiagnostic, wrongType } from "../check/mistake.ts";
import { type Diagnosed, type Diagnostic, hasErrors } from "../fault/diagnostic.ts";
import { isJsonObject } from "../json.ts";
import type { Schema } from "../schema.ts";
import { type ManifestDocument, type ManifestFile, parseFile } from "./parse-file.ts";

/** A file of one document that a person wrote, with the mistakes that are found in it. */
export interface WrittenDocument<Input> {
  /** What it says; `undefined` when it does not fit its schema. */
  readonly input: Input | undefined;
  /** Adds a mistake that no schema can find, at its place in the document. */
  report(mistake: Mistake): void;
  /** What it means, or all of its mistakes from top to bottom. */
  diagnosed<T>(value: T | undefined): Diagnosed<T>;
}

/** Reads a file of one document. `noun` is what it is called: `policy`. */
export function readDocument<Input>(
  file: ManifestFile,
  { schema, noun }: { readonly schema: Schema<Input>; readonly noun: string },
): WrittenDocument<Input> {
  const diagnostics: Diagnostic[] = [];
  const [document, second] = parseFile(file, diagnostics);
  const report = (mistake: Mistake): void => {
    if (document !== undefined) diagnostics.push(diagnosticOf(document, mistake));
  };
  if (second !== undefined) report(manyDocuments(noun));
  return {
    input: document && inputOf(document.value, { schema, noun, report }),
    report,
    diagnosed: (value) =>
      hasErrors(diagnostics) || value === undefined
        ? { diagnostics: inOrder(diagnostics) }
        : { value, diagnostics },
  };
}

function diagnosticOf({ file, number, positions }: ManifestDocument, mistake: Mistake): Diagnostic {
  const written = positions().textAt(number, mistake.path);
  const said = mistakeAsWritten(mistake, written);
  return mistakeDiagnostic(said, file, positions().locate(number, mistake.path));
}

/** From top to bottom, as one would mend them. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const placeOf = ({ location }: Diagnostic): number =>
    (location?.line ?? 0) * LONGEST_LINE + (location?.column ?? 0);
  return diagnostics.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** Columns beyond it are not distinguished. */
const LONGEST_LINE = 100_000;

function manyDocuments(noun: string): Mistake {
  const detail = `A ${noun} is one document. Put everything into the first.`;
  return { path: [], summary: "Too many documents", detail };
}

function inputOf<Input>(
  value: unknown,
  {
    schema,
    noun,
    report,
  }: {
    readonly schema: Schema<Input>;
    readonly noun: string;
    readonly report: (mistake: Mistake) => void;
  },
): Input | undefined {
  if (!isJsonObject(value)) {
    const { summary, detail } = wrongType([], "a mapping", value);
    report({ path: [], summary, detail: `the ${noun}${detail}` });
    return undefined;
  }
  const mistakes = fieldMistakes(schema, value, []);
  for (const mistake of mistakes) report(mistake);
  return mistakes.length === 0 ? z.parse(schema, value) : undefined;
}
