import type { Mistake } from "../check/mistake.ts";
import { type FieldPath, formatPath } from "../check/field-path.ts";
import type { Json } from "../json.ts";
import { octalMode } from "./octal-mode.ts";
import { isSecretText } from "./secret-text.ts";

/** As deep as a manifest in a file may be. */
const MAX_DEPTH = 100;

/**
 * Copies a value that code made into plain JSON data. Whatever JSON cannot hold is put into `mistakes` with its path.
 * A field that is `undefined` counts as not written; a number in a field called `mode` becomes octal text, unless it is
 * inside of a field called `value` or `vars`.
 */
export function toPlainData(value: unknown, path: FieldPath, mistakes: Mistake[]): Json {
  return copy({ value, path, around: [], mistakes });
}

/** `around` is what the value is inside of: a value in itself would never end. */
interface Copying {
  readonly value: unknown;
  readonly path: FieldPath;
  readonly around: readonly object[];
  readonly mistakes: Mistake[];
}

function copy(copying: Copying): Json {
  const { value } = copying;
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return copyNumber(value, copying);
    case "object":
      return value === null ? null : copyObject(value, copying);
    default:
      return refuse(copying, `is ${nameOfType(value)}`);
  }
}

function copyNumber(value: number, copying: Copying): Json {
  if (isMode(copying.path)) return octalMode(value, copying.path, copying.mistakes);
  return Number.isFinite(value) ? value : refuse(copying, `is ${value}`);
}

/** What is below `value` or `vars` is its author's own data: a number in it stays a number, whatever its name. */
function isMode(path: FieldPath): boolean {
  return path.at(-1) === "mode" && !path.some((name) => name === "value" || name === "vars");
}

function copyObject(value: object, copying: Copying): Json {
  if (copying.around.includes(value)) return refuse(copying, "contains itself");
  if (copying.around.length === MAX_DEPTH) return refuse(copying, "is nested too deep");
  const below = { ...copying, around: [...copying.around, value] };
  if (Array.isArray(value)) {
    return Array.from(value, (inner: unknown, index) =>
      copy({ ...below, value: inner, path: [...copying.path, index] }),
    );
  }
  if (isSecretText(value)) return value.written;
  if (!isPlain(value)) return refuse(copying, `is ${nameOfClass(value)}`);
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    fields.map(([field, inner]: [string, unknown]) => [
      field,
      copy({ ...below, value: inner, path: [...copying.path, field] }),
    ]),
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function refuse({ path, mistakes }: Copying, what: string): null {
  const detail = `${formatPath(path)} ${what}. Only plain data can be declared: texts, numbers, true, false, lists and mappings.`;
  mistakes.push({ path, summary: "Not plain data", detail });
  return null;
}

function nameOfType(value: unknown): string {
  return value === undefined ? "undefined" : `a ${typeof value}`;
}

function nameOfClass(value: object): string {
  const { constructor } = value;
  return typeof constructor === "function" && constructor.name !== ""
    ? `a ${constructor.name}`
    : "an object of a class";
}
