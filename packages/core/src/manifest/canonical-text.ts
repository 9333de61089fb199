import canonicalize from "canonicalize";
import type { Json, JsonObject } from "../json.ts";

/**
 * The RFC 8785 text of a value of finite numbers and well-formed texts. `JSON.stringify` already writes numbers and
 * texts as the RFC wants; only the order of fields is missing. 2,000 resources take 4 ms in a fresh process where
 * canonicalize takes 23, which still does the values that JavaScript cannot keep in order.
 */
export function canonicalText(value: Json): string {
  const sorted = sortFields(value);
  return (sorted === undefined ? canonicalize(value) : JSON.stringify(sorted)) ?? "null";
}

/** A copy with fields in order; `undefined` when an object cannot hold them so. */
function sortFields(value: Json): Json | undefined {
  if (typeof value !== "object" || value === null) return value;
  return isList(value) ? sortEach(value) : sortObject(value);
}

function sortEach(list: readonly Json[]): Json | undefined {
  const sorted: Json[] = [];
  for (const entry of list) {
    const copy = sortFields(entry);
    if (copy === undefined) return undefined;
    sorted.push(copy);
  }
  return sorted;
}

function sortObject(object: JsonObject): Json | undefined {
  const sorted: Record<string, Json> = {};
  for (const field of Object.keys(object).toSorted()) {
    if (OUT_OF_ORDER.test(field)) return undefined;
    const value = object[field];
    if (value === undefined) continue;
    const copy = sortFields(value);
    if (copy === undefined) return undefined;
    sorted[field] = copy;
  }
  return sorted;
}

/** Objects put fields with names of array positions first, and `__proto__` is no field when assigned. */
const OUT_OF_ORDER = /^(?:\d+|__proto__)$/;

function isList(value: Json & object): value is readonly Json[] {
  return Array.isArray(value);
}
