import {
  type ResourceId,
  type ResourceStatus,
  type StatusBody,
  type Unready,
  unreachable,
} from "@holdfast/core";
import type { Runtime } from "../runtime.ts";
import type { Approved } from "./attempt.ts";
import { observeAfresh } from "./observe.ts";
import type { ResourceRecord } from "../records/resource-record.ts";

/**
 * Finds out whether a failed attempt is the fault of a dependency that has drifted: a directory that was removed with
 * everything in it. Its drift may not have been reported yet, or be under repair, or have been repaired since the
 * attempt was observed. The resource then waits for that one instead of failing, and is observed once more after it.
 * Only in the loop: in a pass the dependencies have just been seen to.
 */
export async function dependencyToBlame(
  runtime: Runtime,
  { record, stamp }: Pick<Approved, "record" | "stamp">,
): Promise<ResourceId | undefined> {
  if (!runtime.isServing()) return undefined;
  for (const dependency of record.dependencies) {
    const hasDrifted = !isInFlux(dependency, stamp) && (await isAmiss(runtime, record, dependency));
    if (hasDrifted) runtime.hint(dependency, "poll", `${record.id} could not be applied`);
    // While it was observed, its repair may have begun or ended.
    else if (!isInFlux(dependency, stamp)) continue;
    // Whatever becomes of the dependency, and however early.
    runtime.hint(record, "dependency", dependency.id);
    return dependency.id;
  }
  // One of them came to fail meanwhile.
  return blockerOf(record)?.by;
}

/** Is being changed, or was changed after a logical time. */
function isInFlux({ status, changedStamp }: ResourceRecord, stamp: number): boolean {
  return status.type === "Reconciling" || (status.type === "Ready" && changedStamp > stamp);
}

/**
 * Whether a dependency that counts as ready is not. In the time of the resource that waits for it: the dependency may be
 * observed by a run of its own meanwhile.
 */
async function isAmiss(
  runtime: Runtime,
  record: ResourceRecord,
  dependency: ResourceRecord,
): Promise<boolean> {
  if (dependency.status.type !== "Ready") return false;
  const seen = await observeAfresh(runtime, { record, declared: dependency.declared });
  return seen.type === "unknown" || seen.changes.length > 0;
}

/** What holds a resource back. */
export interface Blocker {
  /** The root: the first dependency that failed or is not ready, or that one's own root. */
  readonly by: ResourceId;
  /** Nothing has failed there, but it is not ready. */
  readonly unready: Unready | undefined;
}

/** What holds a resource back; `undefined` when nothing does. */
export function blockerOf(record: ResourceRecord): Blocker | undefined {
  for (const dependency of record.dependencies) {
    const { id, status } = dependency;
    if (status.type === "Blocked") return { by: status.by, unready: status.unready };
    if (isBlocking(status)) return { by: id, unready: undefined };
    const unready = unreadyOf(dependency);
    if (unready !== undefined) return { by: id, unready };
  }
  return undefined;
}

/** Whether a resource holds its dependents back, with the status it had before or has. */
export function isHoldingBack(
  record: ResourceRecord,
  status: ResourceStatus = record.status,
): boolean {
  return isBlocking(status) || unreadyOf({ status, health: record.health }) !== undefined;
}

/** Only what is in sync can be ready or not; whatever else is wrong with a resource says its status. */
function unreadyOf({
  status,
  health,
}: Pick<ResourceRecord, "status" | "health">): Unready | undefined {
  const isInSync = status.type === "Ready" || status.type === "Reconciling";
  return isInSync ? health?.unready : undefined;
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
