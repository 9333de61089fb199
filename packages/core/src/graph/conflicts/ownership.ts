import type { Diagnostic } from "../../fault/diagnostic.ts";
import type { Catalog } from "../../resource/catalog.ts";
import type { Ownership } from "../../resource/kind.ts";
import type { Resource } from "../../resource/resource.ts";
import { type CoveringTree, findCoveredPaths, pathOfThing } from "./covered-paths.ts";
import type { DeclaredIndex } from "../declared/declared-index.ts";
import { resourceError } from "../resource-error.ts";
import { placed } from "./placed.ts";

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
  index: DeclaredIndex,
  catalog: Catalog,
): readonly Diagnostic[] {
  const owners = new Map<string, Owner>();
  const trees = new Map<string, CoveringTree>();
  const conflicts = new Map<string, Conflict>();
  for (const resource of resources) {
    const owned = catalog.get(resource.kind)?.owns?.(resource.spec) ?? [];
    for (const ownership of owned) {
      const { covers } = ownership;
      const thing = index.withoutLinks(ownership.thing);
      if (covers !== undefined) trees.set(pathOfThing(thing) ?? "", { resource, covers });
      const owner = { resource, isWhole: isWholeOwner(resource, ownership) };
      const other = owners.get(thing);
      if (other === undefined || (!other.isWhole && owner.isWhole)) {
        owners.set(thing, owner);
      }
      if (other !== undefined && (other.isWhole || owner.isWhole)) {
        addConflict(conflicts, resource, other.resource, thing);
      }
    }
  }
  const diagnostics = Array.from(conflicts.values(), conflictDiagnostic);
  if (trees.size > 0) diagnostics.push(...findCoveredPaths(resources, trees, catalog));
  return diagnostics;
}

function isWholeOwner(resource: Resource, ownership: Ownership): boolean {
  return ownership.isWhole && resource.meta.ignore?.includes("content") !== true;
}

/** Two resources, and all that both decide about. */
interface Conflict {
  readonly resource: Resource;
  readonly other: Resource;
  readonly things: string[];
}

/** A pair is reported once, however many things it shares. */
function addConflict(
  conflicts: Map<string, Conflict>,
  resource: Resource,
  other: Resource,
  thing: string,
): void {
  const name = thing.slice(thing.indexOf(":") + 1);
  const pair = `${resource.id}\n${other.id}`;
  const known = conflicts.get(pair);
  if (known === undefined) conflicts.set(pair, { resource, other, things: [name] });
  else known.things.push(name);
}

function conflictDiagnostic({ resource, other, things }: Conflict): Diagnostic {
  const isFile = resource.kind === "file" || other.kind === "file";
  const remedy = isFile
    ? "keep one of them, or leave the content of the file to the other (no content, or meta.ignore)"
    : "keep one of them";
  return resourceError(
    resource,
    "two resources own one thing",
    `${resource.id} and ${placed(other)} both decide about ${things.join(" and ")} ` +
      `and would undo each other: ${remedy}`,
  );
}
