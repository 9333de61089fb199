import type { ResourceRecord } from "../records/resource-record.ts";
import type { ResourceStore } from "../records/resource-store.ts";
import type { Runtime } from "../runtime.ts";

/**
 * What has to be observed under a new generation: whatever changed, is not watched, was not in sync, or is being worked
 * on: that run ends under the generation it began with, and its verdict would take the place of the one carried over.
 * The verdict of the rest is carried over: the operating system would have reported a change, and the resync stays as it
 * was planned.
 */
export function concernedBy(
  runtime: Runtime,
  { ordered }: ResourceStore,
  changed: ReadonlySet<ResourceRecord>,
): readonly ResourceRecord[] {
  const generation = runtime.generation();
  return ordered.filter((record) => {
    const { status, wasInSync, isStuck, work } = record;
    const isAtRest = !isStuck && work.underWay === undefined;
    const isKnown = status.type === "Ready" && wasInSync && isAtRest;
    if (!isKnown || changed.has(record) || !runtime.isWatched(record)) return true;
    record.carriedGeneration = generation;
    return false;
  });
}
