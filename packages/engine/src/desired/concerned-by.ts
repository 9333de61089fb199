import { blockerOf } from "../reconcile/blame.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { ResourceStore } from "../records/resource-store.ts";
import type { Runtime } from "../runtime.ts";

/** What a desired state that was taken brings. */
export interface TakenState {
  /** New, or declared otherwise than before. */
  readonly changed: ReadonlySet<ResourceRecord>;
  /** It is another generation: an author may have edited one and kept its number. */
  readonly isNews: boolean;
}

/**
 * What a desired state asks to run, dependencies first: whatever changed, and what is held back now and was not before,
 * at any distance. Checks that are new to a resource have proved nothing yet: what is between it and others must say so
 * before those begin (K11). Under a new generation also whatever is not known to be as declared; the verdict of the rest
 * is carried over: the operating system would have reported a change, and the resync stays as it was planned.
 */
export function concernedBy(
  runtime: Runtime,
  { ordered }: ResourceStore,
  { changed, isNews }: TakenState,
): readonly ResourceRecord[] {
  const generation = runtime.generation();
  const held = new Set<ResourceRecord>();
  return ordered.filter((record) => {
    const isHeld =
      blockerOf(record) !== undefined || record.dependencies.some((one) => held.has(one));
    if (isHeld) held.add(record);
    if (changed.has(record) || (isHeld && record.status.type !== "Blocked")) return true;
    if (!isNews) return false;
    if (!isKnownAsDeclared(runtime, record)) return true;
    record.carriedGeneration = generation;
    return false;
  });
}

/**
 * In sync, watched and at rest. A run that is under way ends under the generation it began with, and its verdict would
 * take the place of one that is carried over (F2).
 */
function isKnownAsDeclared(runtime: Runtime, record: ResourceRecord): boolean {
  const { status, wasInSync, isStuck, work } = record;
  const isAtRest = !isStuck && work.underWay === undefined;
  return status.type === "Ready" && wasInSync && isAtRest && runtime.isWatched(record);
}
