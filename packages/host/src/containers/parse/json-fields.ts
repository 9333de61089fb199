import { isJsonObject, type Json, type JsonObject } from "@holdfast/core";

/** A text as JSON; `undefined` for what is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** An object in a field; an empty one where there is none. */
export function objectAt(json: Json | undefined, field: string): JsonObject {
  const value = isJsonObject(json) ? json[field] : undefined;
  return isJsonObject(value) ? value : {};
}

/** A text in a field; empty where there is none. */
export function textAt(json: Json | undefined, field: string): string {
  const value = isJsonObject(json) ? json[field] : undefined;
  return typeof value === "string" ? value : "";
}

/** A number in a field; 0 where there is none. */
export function numberAt(json: Json | undefined, field: string): number {
  const value = isJsonObject(json) ? json[field] : undefined;
  return typeof value === "number" ? value : 0;
}

/** The elements of a list in a field; none where there is no list. */
export function listAt(json: Json | undefined, field: string): readonly Json[] {
  const value = isJsonObject(json) ? json[field] : undefined;
  return isList(value) ? value : [];
}

/** The texts in an object, by their fields. */
export function textsAt(json: Json | undefined, field: string): Readonly<Record<string, string>> {
  const entries = Object.entries(objectAt(json, field));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
