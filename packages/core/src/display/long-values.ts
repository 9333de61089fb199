import type { Change } from "../change.ts";
import type { Json } from "../json.ts";

/** Longer values are shown by their size: stored and sent data must not grow with the files that they describe. */
const LONGEST_VALUE_CHARACTERS = 2_000;

/** The changes with each long value replaced by how long it is. */
export function withoutLongValues(changes: readonly Change[]): readonly Change[] {
  return changes.map((change) => {
    const { from, to } = change;
    return {
      ...change,
      ...(from === undefined ? {} : { from: shortened(from) }),
      ...(to === undefined ? {} : { to: shortened(to) }),
    };
  });
}

function shortened(value: Json): Json {
  const length = typeof value === "string" ? value.length : (JSON.stringify(value) ?? "").length;
  return length > LONGEST_VALUE_CHARACTERS ? `‹${length} characters›` : value;
}
