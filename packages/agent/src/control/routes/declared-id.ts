import { Fault, nearest, parseResourceId, type ResourceId } from "@holdfast/core";
import type { Served } from "../served.ts";

type Known = Pick<Served["engine"], "status" | "eachStatus">;

/** Of what was meant, so many ids are asked, and no longer words are compared: an answer takes a few milliseconds. */
const MOST_ASKED = 5_000;
const LONGEST_COMPARED = 200;

/**
 * Reads the id in a request's path.
 * @throws {Fault} NotFound, when it is none or is not declared.
 */
export function declaredId(engine: Known, text = ""): ResourceId {
  const id = parseResourceId(text);
  if (id === undefined || engine.status(id) === undefined) throw unknownId(engine, text);
  return id;
}

/** Says that a resource is not declared, and which one may be meant. */
export function unknownId(engine: Known, text: string): Fault {
  const meant = meantId(engine, text);
  const suggestion = meant === undefined ? "" : `Did you mean ${meant}? `;
  return new Fault({
    reason: "NotFound",
    message: `${text} is not declared`,
    resolution: `${suggestion}Ask with one of the ids that holdfast status lists.`,
  });
}

/** A resource of that name, whatever its kind; else the id that is spelt most like it. */
function meantId(engine: Known, text: string): string | undefined {
  if (text === "" || text.length > LONGEST_COMPARED) return undefined;
  const ids = firstIds(engine);
  return ids.find((id) => id.endsWith(`:${text}`)) ?? nearest(text, ids);
}

function firstIds(engine: Known): readonly ResourceId[] {
  const ids: ResourceId[] = [];
  for (const { id } of engine.eachStatus()) {
    if (id.length <= LONGEST_COMPARED) ids.push(id);
    if (ids.length === MOST_ASKED) break;
  }
  return ids;
}
