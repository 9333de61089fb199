import type { Json } from "../json.ts";
import { type FieldPath, formatPath } from "./field-path.ts";
import type { Mistake } from "./mistake.ts";

/**
 * What no kind may be given, wherever it stands: text that is not Unicode (half of a surrogate pair, which has no
 * UTF-8 and no digest), and secrets, which are not built yet. A secret is an encrypted value (`ENC[AES256:…]`) or a
 * reference (`{ secret: "a.b" }`); writing the cipher text itself to a host is not what its author meant.
 */
export function textMistakes(value: Json, path: FieldPath): readonly Mistake[] {
  if (typeof value === "string") return mistakesOfText(value, path);
  if (typeof value !== "object" || value === null) return NONE;
  if (isReference(value)) return [secret(path)];
  let found = NONE;
  for (const [field, inner] of Object.entries(value)) {
    if (!field.isWellFormed()) found = [...found, brokenText(path)];
    if (inner === undefined || typeof inner === "number" || typeof inner === "boolean") continue;
    const mistakes = textMistakes(inner, [...path, Array.isArray(value) ? Number(field) : field]);
    if (mistakes.length > 0) found = [...found, ...mistakes];
  }
  return found;
}

const NONE: readonly Mistake[] = [];
const ENCRYPTED = /^\s*ENC\[AES256:[A-Za-z0-9+/=]*\]\s*$/;

function mistakesOfText(text: string, path: FieldPath): readonly Mistake[] {
  if (!text.isWellFormed()) return [brokenText(path)];
  return ENCRYPTED.test(text) ? [secret(path)] : NONE;
}

function isReference(value: object): boolean {
  return "secret" in value && typeof value.secret === "string" && Object.keys(value).length === 1;
}

function secret(path: FieldPath): Mistake {
  const detail = `${formatPath(path)} asks for a secret. Secrets are designed but not part of this version.`;
  return { path, summary: "Not built yet", detail };
}

function brokenText(path: FieldPath): Mistake {
  const detail = `${formatPath(path)} holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.`;
  return { path, summary: "Broken text", detail };
}
