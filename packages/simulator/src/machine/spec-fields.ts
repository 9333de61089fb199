import { isJsonObject, type Json } from "@holdfast/core";

/** A text of what was written of a resource; empty when there is none. */
export function textField(input: Json, field: string): string {
  const value = isJsonObject(input) ? input[field] : undefined;
  return typeof value === "string" ? value : "";
}

/** A list of texts of what was written of a resource; empty when there is none. */
export function textsField(input: Json, field: string): readonly string[] {
  const value = isJsonObject(input) ? input[field] : undefined;
  if (!Array.isArray(value)) return [];
  return value.filter((one: Json): one is string => typeof one === "string");
}
