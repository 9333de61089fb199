import type { ResourceId } from "../id.ts";
import type { Result } from "../result.ts";

/**
 * Tells which results are worth a line: all but those in sync, unless the resource was not well before. With
 * `isVerbose` every result is. Remembers only what is not well.
 */
export function isNews(isVerbose: boolean): (result: Result) => boolean {
  const unwell = new Set<ResourceId>();
  return ({ id, status }) => {
    if (status !== "ok" && status !== "changed") {
      unwell.add(id);
      return true;
    }
    const recovers = unwell.delete(id);
    return isVerbose || status === "changed" || recovers;
  };
}

/**
 * Counts how often a resource has failed in the same way by now, one after the other; 1 for the first time, and for what is
 * no failure. Remembers only what fails.
 */
export function countRepeats(): (result: Result) => number {
  const failing = new Map<ResourceId, { readonly said: string; readonly times: number }>();
  return ({ id, status, fault, changes }) => {
    if (fault === undefined) {
      failing.delete(id);
      return 1;
    }
    const said = JSON.stringify([status, fault, changes.map(({ path }) => path)]);
    const before = failing.get(id);
    const times = before?.said === said ? before.times + 1 : 1;
    failing.set(id, { said, times });
    return times;
  };
}
