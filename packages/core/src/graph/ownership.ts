import type { Diagnostic } from "../fault/diagnostic.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Ownership } from "../resource/kind.ts";
import type { Resource } from "../resource/resource.ts";
import { type CoveringTree, findCoveredPaths, pathOfThing } from "./covered-paths.ts";

interface Owner {
  readonly resource: Resource;
  readonly isWhole: boolean;
}

/**
 * Finds things with two owners (G6): the resources would undo each other for ever. Owners of parts may share; a whole
 * owner does not share, unless it ignores `content` and so owns only the rest. The owner of a whole tree shares
 * nothing in it.
 */
export function findOwnershipConflicts(
  resources: readonly Resource[],
  catalog: Catalog,
): readonly Diagnostic[] {
  const owners = new Map<string, Owner>();
  const trees = new Map<string, CoveringTree>();
  const diagnostics: Diagnostic[] = [];
  for (const resource of resources) {
    const owned = catalog.get(resource.kind)?.owns?.(resource.spec) ?? [];
    for (const ownership of owned) {
      const { thing, covers } = ownership;
      if (covers !== undefined) trees.set(pathOfThing(thing) ?? "", { resource, covers });
      const owner = { resource, isWhole: isWholeOwner(resource, ownership) };
      const other = owners.get(ownership.thing);
      if (other === undefined || (!other.isWhole && owner.isWhole)) {
        owners.set(ownership.thing, owner);
      }
      if (other !== undefined && (other.isWhole || owner.isWhole)) {
        diagnostics.push(conflict(resource, other.resource, ownership.thing));
      }
    }
  }
  if (trees.size > 0) diagnostics.push(...findCoveredPaths(resources, trees, catalog));
  return diagnostics;
}

function isWholeOwner(resource: Resource, ownership: Ownership): boolean {
  return ownership.isWhole && resource.meta.ignore?.includes("content") !== true;
}

function conflict(resource: Resource, other: Resource, thing: string): Diagnostic {
  const location = resource.location?.();
  return {
    severity: "error",
    address: resource.id,
    ...(location === undefined ? {} : { location }),
    summary: "two resources own one thing",
    detail:
      `${resource.id} and ${other.id} both decide about ${thing.slice(thing.indexOf(":") + 1)} ` +
      "and would undo each other: keep one of them, or leave the content of the file to the other",
  };
}
