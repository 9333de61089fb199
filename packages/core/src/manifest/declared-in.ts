import type { Declared } from "../check/check-resources.ts";
import { type FieldPath, formatPath, isAtOrBelow } from "../check/field-path.ts";
import { type ForeignWords, withForeignAdvice } from "../check/foreign-words.ts";
import {
  type Mistake,
  missingField,
  mistakeAsWritten,
  mistakeDiagnostic,
  unknownField,
  wrongType,
} from "../check/mistake.ts";
import { type Diagnostic, isEnough } from "../fault/diagnostic.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { ManifestDocument } from "./parse-file.ts";

/** The resources that one document declares; what has no kind or name is reported and left out. */
export function declaredIn(
  document: ManifestDocument,
  diagnostics: Diagnostic[],
  words?: ForeignWords,
): readonly Declared[] {
  const resources = isJsonObject(document.value) ? document.value.resources : undefined;
  if (resources === undefined) return [];
  const report = (mistake: Mistake) => {
    const positions = document.positions();
    const location = positions.locate(document.number, mistake.path);
    const said = mistakeAsWritten(mistake, positions.textAt(document.number, mistake.path));
    diagnostics.push(mistakeDiagnostic(said, formatPath(mistake.path), location));
  };
  if (!Array.isArray(resources)) {
    report(wrongType(["resources"], "a list", resources));
    return [];
  }
  const found: Declared[] = [];
  for (const [index, resource] of resources.entries()) {
    if (isEnough(diagnostics)) break;
    // Enough is wrong in it or before it, and was said.
    if (resource === undefined) continue;
    const declared = readDeclared(resource, index, { document, report, words });
    if (declared !== undefined) found.push(declared);
  }
  return found;
}

const FIELDS = ["kind", "name", "spec", "meta"];

interface Reading {
  readonly document: ManifestDocument;
  readonly report: (mistake: Mistake) => void;
  readonly words: ForeignWords | undefined;
}

function readDeclared(
  resource: unknown,
  index: number,
  { document, report, words }: Reading,
): Declared | undefined {
  const base = ["resources", index];
  if (!isJsonObject(resource)) {
    report(wrongType(base, "a mapping", resource));
    return undefined;
  }
  for (const field in resource) {
    if (!FIELDS.includes(field)) report(otherField(resource, field, { base, words }));
  }
  const unfilled = document.unfilled?.get(index) ?? [];
  const reportNew = (mistake: Mistake): void => {
    if (!isAtOrBelow(mistake.path.slice(base.length), unfilled)) report(mistake);
  };
  const kind = readText(resource, "kind", base, report);
  const name = readText(resource, "name", base, report);
  const spec = readMapping(resource, "spec", base, reportNew);
  const meta = readMapping(resource, "meta", base, reportNew);
  if (kind === undefined || name === undefined) return undefined;
  const locate = (path: FieldPath) =>
    document.positions().locate(document.number, [...base, ...path]);
  const writtenAt = (path: FieldPath) => document.writtenAt?.([...base, ...path]);
  const textAt = (path: FieldPath) =>
    document.positions().textAt(document.number, [...base, ...path]);
  return { kind, name, spec, meta, locate, writtenAt, textAt, unfilled };
}

/** Other tools have fields beside their kind and name that belong into `spec` or `meta` here. */
function otherField(
  resource: JsonObject,
  field: string,
  { base, words }: { readonly base: FieldPath; readonly words: ForeignWords | undefined },
): Mistake {
  const mistake = { ...unknownField([...base, field], FIELDS), path: [field] };
  const kind = typeof resource.kind === "string" ? resource.kind : "";
  const advised = withForeignAdvice(mistake, words, { kind, value: resource[field] });
  return { ...advised, path: [...base, field] };
}

function readText(
  resource: JsonObject,
  field: string,
  base: FieldPath,
  report: (mistake: Mistake) => void,
): string | undefined {
  const value = resource[field];
  if (typeof value === "string") return value;
  const path = [...base, field];
  report(value === undefined ? missingField(path, "a text") : wrongType(path, "a text", value));
  return undefined;
}

function readMapping(
  resource: JsonObject,
  field: string,
  base: FieldPath,
  report: (mistake: Mistake) => void,
): JsonObject {
  const value = resource[field];
  if (value === undefined) return NOTHING;
  if (isJsonObject(value)) return value;
  report(wrongType([...base, field], "a mapping", value));
  return NOTHING;
}

const NOTHING: JsonObject = {};
