import type { ResourceId } from "../id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Orphan } from "../plan/plan.ts";
import type { Gone } from "./gone.ts";
import { isSameThing } from "./keep-declaration.ts";
import type { RemovalRequest } from "./removal-request.ts";

/** A thing that is declared under another id than before. */
export interface Move {
  readonly from: ResourceId;
  readonly to: ResourceId;
}

/** What left, once what moved is taken out. */
interface Moved {
  readonly moves: readonly Move[];
  readonly left: readonly Gone[];
  readonly orphans: readonly Orphan[];
}

/** Finds what did not leave but moved: the same thing under the id of a resource that says `meta.movedFrom`. */
export function movesOf(gone: readonly Gone[], { manifest, catalog }: RemovalRequest): Moved {
  const heirs = new Map<ResourceId, Resource>();
  for (const resource of manifest.resources) {
    const { movedFrom } = resource.meta;
    if (movedFrom !== undefined) heirs.set(movedFrom, resource);
  }
  const moves: Move[] = [];
  const left: Gone[] = [];
  const orphans: Orphan[] = [];
  for (const one of gone) {
    const heir = heirs.get(one.id);
    if (heir === undefined) left.push(one);
    else if (isSameThing(one, heir, catalog)) moves.push({ from: one.id, to: heir.id });
    else orphans.push({ id: one.id, why: `it moved to ${heir.id}, which is another thing` });
  }
  return { moves, left, orphans };
}
