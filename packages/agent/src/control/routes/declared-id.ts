import { Fault, parseResourceId, type ResourceId } from "@holdfast/core";
import type { Served } from "../served.ts";

/**
 * Reads the id in a request's path.
 * @throws {Fault} NotFound, when it is none or is not declared.
 */
export function declaredId(engine: Pick<Served["engine"], "status">, text = ""): ResourceId {
  const id = parseResourceId(text);
  if (id === undefined || engine.status(id) === undefined) throw unknownId(text);
  return id;
}

/** Says that a resource is not declared. */
export function unknownId(text: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${text} is not declared`,
    resolution: "Ask with one of the ids that holdfast status lists.",
  });
}
