import { pathOfThing } from "../graph/conflicts/covered-paths.ts";
import type { ResourceId } from "../id.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Ownership, Thing } from "../resource/kind.ts";
import type { Resource } from "../resource/resource.ts";
import type { Candidate } from "./candidate.ts";
import type { Orphan } from "../plan/plan.ts";

/** Candidates that passed, and the others with their reasons. */
export interface Sifted {
  readonly candidates: readonly Candidate[];
  readonly staying: readonly Resource[];
  readonly orphans: readonly Orphan[];
}

/**
 * Leaves alone what something else decides about as well (G6): a resource that stays, or an earlier candidate. Owners of
 * parts of one thing may go apart.
 */
export function leaveShared(
  candidates: readonly Candidate[],
  staying: readonly Resource[],
  catalog: Catalog,
): Sifted {
  if (candidates.length === 0) return { candidates: [], staying: [], orphans: [] };
  const owners = new Owners();
  for (const { id, kind, spec } of staying) {
    owners.add(id, catalog.get(kind)?.owns?.(spec) ?? []);
  }
  const left: Candidate[] = [];
  const kept: Resource[] = [];
  const orphans: Orphan[] = [];
  for (const candidate of candidates) {
    const { resource, absent } = candidate;
    const owned = catalog.get(resource.kind)?.owns?.(absent) ?? [];
    const by = owners.sharing(owned);
    if (by === undefined) {
      owners.add(resource.id, owned);
      left.push(candidate);
    } else {
      kept.push(resource);
      orphans.push({ id: resource.id, why: `${by} decides about it too` });
    }
  }
  return { candidates: left, staying: kept, orphans };
}

interface Owner {
  readonly id: ResourceId;
  readonly isWhole: boolean;
}

/** Who decides about what. */
class Owners {
  readonly #byThing = new Map<Thing, Owner>();
  readonly #trees: { readonly id: ResourceId; readonly covers: (path: string) => boolean }[] = [];

  add(id: ResourceId, owned: readonly Ownership[]): void {
    for (const { thing, isWhole, covers } of owned) {
      if (covers !== undefined) this.#trees.push({ id, covers });
      if (isWhole || !this.#byThing.has(thing)) this.#byThing.set(thing, { id, isWhole });
    }
  }

  /** Somebody who decides about one of these things, unless both decide about a part of it only. */
  sharing(owned: readonly Ownership[]): ResourceId | undefined {
    for (const { thing, isWhole } of owned) {
      const owner = this.#byThing.get(thing);
      if (owner !== undefined && (isWhole || owner.isWhole)) return owner.id;
      const path = pathOfThing(thing);
      const tree = path === undefined ? undefined : this.#trees.find(({ covers }) => covers(path));
      if (tree !== undefined) return tree.id;
    }
    return undefined;
  }
}
