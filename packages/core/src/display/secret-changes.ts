import type { Change } from "../change.ts";
import { isJsonObject, type Json } from "../json.ts";
import type { Resource } from "../resource/resource.ts";
import { REDACTED } from "../secret/secret.ts";

/** Changes of what no secret can be in, whatever the resource refers to. */
const ALWAYS_SHOWN = ["state", "type"];

/**
 * The changes of a resource as they may be published: of one that refers to secrets, both values of every field that is
 * not plainly another one are `‹secret›`: what is there may be the old secret, or one that somebody else put there.
 */
export function tellableChanges(
  changes: readonly Change[],
  { references, input }: Pick<Resource, "references" | "input">,
): readonly Change[] {
  if (references === undefined) return changes;
  const holding = new Set(references.map(({ path }) => String(path[0])));
  return changes.map((change) => {
    const [field = ""] = change.path.split(".");
    const isPlain = isJsonObject(input) && Object.hasOwn(input, field) && !holding.has(field);
    if (isPlain || ALWAYS_SHOWN.includes(field)) return change;
    const { from, to } = change;
    return {
      ...change,
      ...(from === undefined ? {} : { from: redacted(from) }),
      ...(to === undefined ? {} : { to: redacted(to) }),
    };
  });
}

function redacted(value: Json): Json {
  return typeof value === "boolean" ? value : REDACTED;
}
