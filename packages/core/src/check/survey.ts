import { isExactNumber, type Json, type JsonObject } from "../json.ts";
import {
  meansSecret,
  mistakeInSecret,
  pathsIn,
  type WrittenSecret,
} from "../secret/written-secret.ts";
import { type FieldPath, formatPath } from "./field-path.ts";
import type { Mistake } from "./mistake.ts";

/** The findings in written data, before any kind reads it. */
export interface Survey {
  /**
   * Text that is not Unicode (half of a surrogate pair, which has no UTF-8 and no digest); cipher text, which nobody
   * wants on a host; references to secrets that are none.
   */
  readonly mistakes: readonly Mistake[];
  /** Whole numbers that reading them has rounded: mistakes too, but for where the schema wants no number at all. */
  readonly rounded: readonly Mistake[];
  /** References to secrets, and the paths of those. */
  readonly references: readonly WrittenReference[];
}

/** A reference to secrets, and where in the data it stands. */
export interface WrittenReference {
  readonly path: FieldPath;
  readonly secrets: readonly string[];
}

/** Reads through written data once. */
export function survey(value: Json, path: FieldPath): Survey {
  const found: Finding = { mistakes: [], rounded: [], references: [] };
  walk(value, path, found);
  return found;
}

interface Finding {
  readonly mistakes: Mistake[];
  readonly rounded: Mistake[];
  readonly references: WrittenReference[];
}

function walk(value: Json, path: FieldPath, found: Finding): void {
  if (typeof value === "string") return surveyText(value, path, found);
  if (typeof value === "number" && !isExactNumber(value)) found.rounded.push(roundedNumber(path));
  if (typeof value !== "object" || value === null) return;
  if (meansSecret(value)) return surveyReference(value as JsonObject, path, found);
  for (const [field, inner] of Object.entries(value)) {
    if (!field.isWellFormed()) found.mistakes.push(brokenText(path));
    if (inner === undefined || typeof inner === "boolean") continue;
    if (typeof inner === "number" && isExactNumber(inner)) continue;
    walk(inner, [...path, Array.isArray(value) ? Number(field) : field], found);
  }
}

function surveyReference(value: JsonObject, path: FieldPath, found: Finding): void {
  const mistake = mistakeInSecret(value);
  if (mistake !== undefined) {
    found.mistakes.push(wrongReference(path, mistake));
    return;
  }
  found.references.push({ path, secrets: pathsIn(value as WrittenSecret) });
  const parts = value["$concat"];
  if (!Array.isArray(parts)) return;
  for (const part of parts as readonly Json[]) {
    if (typeof part === "string") surveyText(part, path, found);
  }
}

const ENCRYPTED = /^\s*ENC\[AES256:[A-Za-z0-9+/=]*\]\s*$/;

function surveyText(text: string, path: FieldPath, { mistakes }: Finding): void {
  if (!text.isWellFormed()) mistakes.push(brokenText(path));
  else if (ENCRYPTED.test(text)) mistakes.push(cipherText(path));
}

function wrongReference(path: FieldPath, what: string): Mistake {
  return { path, summary: "Wrong reference", detail: `${formatPath(path)} ${what}.` };
}

function cipherText(path: FieldPath): Mistake {
  const remedy = 'Put it into the secrets file, and write { $secret: "its.path" } here';
  const detail = `${formatPath(path)} is an encrypted value, which would be written as it is. ${remedy}.`;
  return { path, summary: "Encrypted value", detail };
}

function roundedNumber(path: FieldPath): Mistake {
  const detail = `${formatPath(path)} is a whole number beyond 2^53, which cannot be kept exactly. Write it as a text, in quotes.`;
  return { path, summary: "Number too large", detail };
}

function brokenText(path: FieldPath): Mistake {
  const detail = `${formatPath(path)} holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.`;
  return { path, summary: "Broken text", detail };
}
