import type { ResourceId } from "@holdfast/core";
import type { Runtime } from "../runtime.ts";
import { lookAfresh } from "./look.ts";
import type { Tracked } from "./tracked.ts";

/**
 * Finds out whether a failed attempt is the fault of a dependency that has drifted and was not heard yet: a directory
 * that was removed with everything in it. That one is then looked at first, and the resource waits for it instead of
 * failing. Only in the loop: in a pass the dependencies have just been seen to.
 */
export async function driftedDependency(
  runtime: Runtime,
  tracked: Tracked,
): Promise<ResourceId | undefined> {
  if (!runtime.isServing()) return undefined;
  for (const dependency of tracked.dependencies) {
    if (dependency.status.type !== "Ready") continue;
    const seen = await lookAfresh(runtime, { tracked: dependency, declared: dependency.declared });
    if (seen.type === "seen" && seen.changes.length === 0) continue;
    runtime.hint(dependency, "poll", `${tracked.id} could not be applied`);
    return dependency.id;
  }
  return undefined;
}
