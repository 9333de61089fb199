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
