import { isJsonObject, type Json, type JsonObject } from "@holdfast/core";

/** A list of objects, whatever was sent. */
export function listIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** An object, whatever was sent. */
export function objectIn(value: Json | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}

/** A text, whatever was sent. */
export function textIn(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : "";
}

/** Texts, whatever was sent. */
export function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** A number, 0 for whatever else was sent. */
export function numberIn(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}
