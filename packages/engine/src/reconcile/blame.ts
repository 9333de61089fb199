import { type ResourceId, type StatusBody, unreachable } from "@holdfast/core";
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
    // In the time of the resource that waits for it: the dependency may be looked at by a run of its own meanwhile.
    const seen = await lookAfresh(runtime, { tracked, declared: dependency.declared });
    if (seen.type === "seen" && seen.changes.length === 0) continue;
    runtime.hint(dependency, "poll", `${tracked.id} could not be applied`);
    return dependency.id;
  }
  return undefined;
}

/** The root of what holds a resource back: the first dependency that failed, or that one's own root. */
export function blockerOf(tracked: Tracked): ResourceId | undefined {
  for (const { id, status } of tracked.dependencies) {
    if (status.type === "Blocked") return status.by;
    if (isBlocking(status)) return id;
  }
  return undefined;
}

/** Whether a status holds dependents back. A pause holds everything back by itself. */
export function isBlocking(status: StatusBody): boolean {
  switch (status.type) {
    case "Failed":
    case "Unknown":
    case "UnknownKind":
    case "Denied":
    case "Blocked":
      return true;
    case "Waiting":
      return status.for !== "paused";
    case "Pending":
    case "Reconciling":
    case "Ready":
    case "Drifted":
      return false;
    default:
      return unreachable(status);
  }
}
