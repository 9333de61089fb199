import type { Selection } from "@holdfast/core";

/** Reads `?only=…&skip=…&dependencies=no`; `undefined` when nothing is chosen. `only` and `skip` may be repeated. */
export function selectionIn(query: URLSearchParams): Selection | undefined {
  const [only, skip] = [query.getAll("only"), query.getAll("skip")];
  if (only.length === 0 && skip.length === 0) return undefined;
  return { only, skip, withDependencies: query.get("dependencies") !== "no" };
}

/** The same as a query, with its question mark; empty for `undefined`. */
export function selectionQuery(selection: Selection | undefined): string {
  if (selection === undefined) return "";
  const { only, skip, withDependencies } = selection;
  const query = new URLSearchParams();
  for (const pattern of only) query.append("only", pattern);
  for (const pattern of skip) query.append("skip", pattern);
  if (!withDependencies) query.append("dependencies", "no");
  return `?${query.toString()}`;
}
