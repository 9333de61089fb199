import type { Diagnostic } from "../../fault/diagnostic.ts";
import type { Catalog } from "../../resource/catalog.ts";
import type { Resource } from "../../resource/resource.ts";
import { resourceError } from "../resource-error.ts";
import { parentOf } from "../declared/declared-index.ts";

const PATH_THING = "path:";

/** A resource that decides about what is below a path. */
export interface CoveringTree {
  readonly resource: Resource;
  readonly covers: (path: string) => boolean;
}

/** The path that a thing is; `undefined` for one that is none. */
export function pathOfThing(thing: string): string | undefined {
  return thing.startsWith(PATH_THING) ? thing.slice(PATH_THING.length) : undefined;
}

/**
 * Finds paths that a resource decides about although a directory above, which is a copy of another, decides about all that
 * is below it: the two would undo each other. The owner of such a tree leaves out the paths that others declare.
 */
export function findCoveredPaths(
  resources: readonly Resource[],
  trees: ReadonlyMap<string, CoveringTree>,
  catalog: Catalog,
): readonly Diagnostic[] {
  return resources.flatMap((resource) => {
    const owned = catalog.get(resource.kind)?.owns?.(resource.spec) ?? [];
    return owned.flatMap(({ thing }) => {
      const path = pathOfThing(thing);
      const top = path === undefined ? undefined : coveringTop(trees, path);
      const tree = top === undefined ? undefined : trees.get(top);
      if (path === undefined || top === undefined || tree === undefined) return [];
      const entry = path.slice(top === "/" ? 1 : top.length + 1);
      return [covered(resource, tree.resource, { path, entry })];
    });
  });
}

/** The nearest path above whose tree decides about this one. */
function coveringTop(trees: ReadonlyMap<string, CoveringTree>, path: string): string | undefined {
  for (let top = parentOf(path); top !== undefined; top = parentOf(top)) {
    if (trees.get(top)?.covers(path) === true) return top;
  }
  return undefined;
}

function covered(
  resource: Resource,
  tree: Resource,
  { path, entry }: { readonly path: string; readonly entry: string },
): Diagnostic {
  return resourceError(
    resource,
    "two resources own one thing",
    `${resource.id} decides about ${path}, and ${tree.id} about everything below it that it does not exclude: ` +
      `write ${JSON.stringify(`/${escaped(entry)}`)} into its exclude, or leave ${path} to it`,
  );
}

/** As a glob that means just this path. */
function escaped(path: string): string {
  return path.replaceAll(/[*?[{\\]/g, String.raw`\$&`);
}
