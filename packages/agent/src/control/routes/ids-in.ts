import { type Fault, type JsonObject, parseResourceId, type ResourceId } from "@holdfast/core";
import { refuseOtherFields } from "./refuse.ts";

/**
 * The resources that a body names, and nothing else: `{"ids": ["kind:name", …]}`.
 * @throws {Fault} InputInvalid.
 */
export function idsIn(body: JsonObject, malformed: () => Fault): readonly ResourceId[] {
  refuseOtherFields(Object.keys(body), ["ids"]);
  const { ids } = body;
  if (!Array.isArray(ids) || ids.length === 0) throw malformed();
  return ids.map((text) => {
    const id = typeof text === "string" ? parseResourceId(text) : undefined;
    if (id === undefined) throw malformed();
    return id;
  });
}
