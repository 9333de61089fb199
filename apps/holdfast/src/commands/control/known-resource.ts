import { isJsonObject, type Json, type JsonObject } from "@holdfast/core";

/** A resource as the agent's control socket tells of it, as far as it is shown. */
export interface KnownResource {
  readonly id: string;
  /** Of its status: `Ready`, `Failed` … */
  readonly type: string;
  /** One sentence, without a full stop. */
  readonly message: string;
  readonly compliance: string;
}

/** Reads the answer of `GET /resources`; what an agent of another version leaves out is empty. */
export function knownResources({ resources }: JsonObject): readonly KnownResource[] {
  return listIn(resources).map(({ id, status, view }) => ({
    id: textIn(id),
    type: textIn(objectIn(status)["type"]),
    message: textIn(objectIn(view)["message"]),
    compliance: textIn(objectIn(view)["compliance"]),
  }));
}

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
