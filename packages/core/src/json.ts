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
