import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { isSecretPath, SECRET_PATH_RULE } from "./secret-path.ts";

/**
 * A text with secrets in it, as data: one secret, or a text put together of parts. It stands where a spec has a text.
 * Manifests, digests and records hold only this form.
 */
export type WrittenSecret =
  | { readonly $secret: string }
  | { readonly $concat: readonly (string | { readonly $secret: string })[] };

/** Tells whether a value means to be a written secret, right or wrong: no data has a field of these names. */
export function meansSecret(value: object): boolean {
  return "$secret" in value || "$concat" in value;
}

/** Whether a secret is written anywhere in data. */
export function holdsSecret(value: Json | undefined): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (!Array.isArray(value) && meansSecret(value)) return true;
  return Object.values(value as JsonObject).some((each) => holdsSecret(each));
}

/** What is wrong with a value that means to be a written secret, to complete "spec.content …"; `undefined` when nothing. */
export function mistakeInSecret(value: JsonObject): string | undefined {
  if (Object.keys(value).length !== 1) {
    return "has other fields beside $secret or $concat: a reference has only that one";
  }
  const { $secret, $concat } = value;
  if ($concat === undefined) return mistakeInPath($secret);
  if (!Array.isArray($concat) || $concat.length === 0) {
    return "has a $concat that is no list of parts: write texts and { $secret: … } in a list";
  }
  for (const part of $concat as readonly Json[]) {
    if (typeof part === "string") continue;
    if (!isJsonObject(part) || Object.keys(part).join() !== "$secret") {
      return "has a part in $concat that is neither a text nor { $secret: … }";
    }
    const mistake = mistakeInPath(part["$secret"]);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

function mistakeInPath(path: Json | undefined): string | undefined {
  if (typeof path === "string" && isSecretPath(path)) return undefined;
  return `names a secret by ${JSON.stringify(path)}: a path is ${SECRET_PATH_RULE}`;
}

/** The paths of the secrets in a written secret, each once. */
export function pathsIn(written: WrittenSecret): readonly string[] {
  if ("$secret" in written) return [written.$secret];
  const paths = written.$concat.flatMap((part) => (typeof part === "string" ? [] : [part.$secret]));
  return [...new Set(paths)];
}

/** A copy of plain data in which every written secret is the text that it stands for. */
export function fillSecrets(value: Json, textOf: (path: string) => string): Json {
  if (Array.isArray(value)) return value.map((inner: Json) => fillSecrets(inner, textOf));
  if (!isJsonObject(value)) return value;
  if (meansSecret(value)) return textIn(value as WrittenSecret, textOf);
  const fields = Object.entries(value).map(([field, inner]): [string, Json] => [
    field,
    fillSecrets(inner ?? null, textOf),
  ]);
  return Object.fromEntries(fields);
}

function textIn(written: WrittenSecret, textOf: (path: string) => string): string {
  if ("$secret" in written) return textOf(written.$secret);
  const parts = written.$concat.map((part) =>
    typeof part === "string" ? part : textOf(part.$secret),
  );
  return parts.join("");
}
