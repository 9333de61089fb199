import type { Json, JsonObject } from "@holdfast/core";

/** The fields of an object that have a value. */
export function fieldsOf(data: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(data).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, value] as const],
  );
}
