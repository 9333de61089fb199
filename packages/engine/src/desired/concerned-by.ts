import type { ResourceRecord } from "../records/resource-record.ts";
import type { ResourceStore } from "../records/resource-store.ts";
import type { Runtime } from "../runtime.ts";

/**
 * What has to be observed under a new generation: whatever changed, is not watched, or was not in sync. The verdict of
 * the rest is carried over: the operating system would have reported a change, and the resync stays as it was planned.
 */
export function concernedBy(
  runtime: Runtime,
  { ordered }: ResourceStore,
  changed: ReadonlySet<ResourceRecord>,
): readonly ResourceRecord[] {
  const generation = runtime.generation();
  return ordered.filter((record) => {
    const { status, wasInSync, isStuck } = record;
    const isKnown = status.type === "Ready" && wasInSync && !isStuck;
    if (!isKnown || changed.has(record) || !runtime.isWatched(record)) return true;
    record.carriedGeneration = generation;
    return false;
  });
}
