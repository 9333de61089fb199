import { type Catalog, checkResources } from "@holdfast/core";
import type { Way } from "./candidate.ts";

/** What its kind makes of an input, checked like one that somebody wrote; `undefined` where it does not take it. */
export function boundSpec(
  { kind, name, input }: Pick<Way, "kind" | "name" | "input">,
  catalog: Catalog,
): unknown {
  const declared = { kind, name, spec: input, meta: {}, locate: () => undefined };
  return checkResources([declared], catalog).value?.[0]?.spec;
}
