import type { Selection } from "@holdfast/core";
import { inputFault, refuseOtherFields } from "./refuse.ts";

/**
 * Reads `?only=…&skip=…&dependencies=no`; `undefined` when nothing is chosen. `only` and `skip` may be repeated.
 * @throws {Fault} InputInvalid, for anything else: what is misspelt must not be done to everything.
 */
export function selectionIn(query: URLSearchParams): Selection | undefined {
  refuseOtherFields([...query.keys()], ["only", "skip", "dependencies"]);
  const dependencies = query.getAll("dependencies");
  if (dependencies.length > 1 || !["no", "yes", undefined].includes(dependencies[0])) {
    throw inputFault(`dependencies is ${dependencies.join(" and ")}`, "Write dependencies=no.");
  }
  const [only, skip] = [query.getAll("only"), query.getAll("skip")];
  if (only.length === 0 && skip.length === 0) return undefined;
  return { only, skip, withDependencies: dependencies[0] !== "no" };
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
