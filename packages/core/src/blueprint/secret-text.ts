import { isSecretPath, SECRET_PATH_RULE } from "../secret/secret-path.ts";
import type { WrittenSecret } from "../secret/written-secret.ts";

/** Marks secret texts for all copies of this code: a blueprint may import another copy than the one that runs it. */
const SECRET_TEXT_MARK: unique symbol = Symbol.for("holdfast.secret-text");

/** A text with secrets in it, for fields of a spec. It holds references: a blueprint never knows a secret. */
export interface SecretText {
  readonly [SECRET_TEXT_MARK]: true;
  /** As manifests have it. */
  readonly written: WrittenSecret;
}

/**
 * The secret at a path of the secrets file, such as `db.password`. It may stand where a spec takes a text, and in
 * `text`. Nothing else can be done with it: what it says is known only when it is applied.
 * @throws {TypeError} for what cannot be a path.
 */
export function secret(path: string): SecretText {
  if (typeof path !== "string" || !isSecretPath(path)) {
    throw new TypeError(`secret(${JSON.stringify(path)}): a path is ${SECRET_PATH_RULE}`);
  }
  return secretText({ $secret: path });
}

/**
 * A text with secrets in it: text`password=${secret("db.password")}\n`. Texts, numbers and truth values may stand in
 * it too, and other such texts.
 * @throws {TypeError} for anything else.
 */
export function text(words: TemplateStringsArray, ...values: readonly unknown[]): SecretText {
  const parts = words.flatMap((word, at) => [
    word,
    ...(at < values.length ? partsOf(values[at]) : []),
  ]);
  return secretText({ $concat: parts.filter((part) => part !== "") });
}

/** Tells whether a value is a secret text, also one made by another copy of this code. */
export function isSecretText(value: object): value is SecretText {
  return SECRET_TEXT_MARK in value;
}

type Part = string | { readonly $secret: string };

function partsOf(value: unknown): readonly Part[] {
  if (typeof value === "object" && value !== null && isSecretText(value)) {
    return "$concat" in value.written ? value.written.$concat : [value.written];
  }
  if (["string", "number", "boolean"].includes(typeof value)) return [String(value)];
  throw new TypeError(`text takes texts, numbers and secrets, not ${typeof value}`);
}

/** Another conversion to text would write the reference, not the secret, to a host. */
function secretText(written: WrittenSecret): SecretText {
  const result = { [SECRET_TEXT_MARK]: true as const, written };
  for (const name of ["toString", "valueOf", "toJSON", Symbol.toPrimitive]) {
    Object.defineProperty(result, name, { value: refuseText, enumerable: false });
  }
  return Object.freeze(result);
}

function refuseText(): never {
  throw new TypeError(
    'a secret is known only when it is applied: put the tag text before the template: text`… ${secret("a.b")} …`',
  );
}
