import type { Catalog, JsonObject } from "@holdfast/core";
import { boundSpec } from "./bound-spec.ts";
import type { Way } from "./candidate.ts";

/** Texts of this length say something. */
const LONG = 1_000;

/** The input without fields that mean the same when they are left out. */
export function withoutDefaults({ kind, name, input }: Way, catalog: Catalog): JsonObject {
  const meaning = (written: JsonObject): string | undefined =>
    JSON.stringify(boundSpec({ kind, name, input: written }, catalog));
  const whole = meaning(input);
  let kept = input;
  for (const [field, value] of Object.entries(input)) {
    if (typeof value === "string" && value.length > LONG) continue;
    const { [field]: _left, ...others } = kept;
    if (whole !== undefined && meaning(others) === whole) kept = others;
  }
  return kept;
}
