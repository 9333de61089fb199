import { describe, type Mistake } from "../check/mistake.ts";
import { type FieldPath, formatPath } from "../check/field-path.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { meansSecret } from "../secret/written-secret.ts";

/** What a var may be called, as a template can name it. */
export const VAR_NAME = /^(?!(?:facts|vars)$)[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** The same in words. */
export const VAR_NAME_RULE =
  "letters, digits, _ and -, at most 64, no digit first, and neither facts nor vars";

/** So many mistakes are reported. */
const MOST_MISTAKES = 100;
/** Lists and mappings inside of each other. */
const MAX_DEPTH = 32;

/** What is wrong with vars: a name that no template could write, or a value that is nothing. */
export function varMistakes(vars: JsonObject, path: FieldPath): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  for (const [name, value = null] of Object.entries(vars)) {
    if (mistakes.length >= MOST_MISTAKES) break;
    if (!VAR_NAME.test(name)) {
      const detail = `${formatPath([...path, name])}: a var is named by ${VAR_NAME_RULE}.`;
      mistakes.push({ path: [...path, name], summary: "Wrong name", detail });
    }
    checkValue(value, [...path, name], mistakes);
  }
  return mistakes;
}

function checkValue(value: Json, path: FieldPath, mistakes: Mistake[]): void {
  if (mistakes.length >= MOST_MISTAKES) return;
  if (value === null) {
    const detail = `${formatPath(path)} is ${describe(value)}. Give it a value, or leave it out.`;
    mistakes.push({ path, summary: "Wrong type", detail });
  } else if (path.length > MAX_DEPTH) {
    const detail = `${formatPath(path.slice(0, 3))} has more than ${MAX_DEPTH} lists and mappings inside of each other.`;
    mistakes.push({ path, summary: "Wrong value", detail });
  } else if (Array.isArray(value)) {
    value.forEach((inner: Json, index) => checkValue(inner, [...path, index], mistakes));
  } else if (isJsonObject(value) && !meansSecret(value)) {
    for (const [name, inner = null] of Object.entries(value)) {
      checkValue(inner, [...path, name], mistakes);
    }
  }
}
