/** Plain data: what manifests, plans, statuses and the wire are made of. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. A field that is `undefined` in TypeScript is left out when it is written. */
export interface JsonObject {
  readonly [field: string]: Json | undefined;
}

/** Tells whether a value is a JSON object: not `null`, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether a number still says what was written. From 2^53 on several whole numbers are read as one, and nobody can tell which
 * of them was meant: an account of 19 digits would become another account. A fraction is rounded by all who read it.
 */
export function isExactNumber(value: number): boolean {
  return Number.isSafeInteger(value) || !Number.isInteger(value);
}

/**
 * Whether two plain values say the same, in whatever order their fields are; a field that is `undefined` is as one that
 * is not there. Makes nothing, so that it can be asked of very many.
 */
export function isSameData(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object") return Object.is(one, other);
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  for (const key in one) if (!isSameData(fieldOf(one, key), fieldOf(other, key))) return false;
  for (const key in other) {
    if (fieldOf(other, key) !== undefined && fieldOf(one, key) === undefined) return false;
  }
  return true;
}

function fieldOf(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
