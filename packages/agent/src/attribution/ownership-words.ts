import { type Catalog, type Graph, type Resource, type ResourceId } from "@holdfast/core";

/** So many others are named. */
const MOST_NAMED = 3;

/**
 * Which file a resource owns a part of, and which declared resources own other parts of it: two that write one file are
 * where flapping often comes from. Empty for one that owns whole files, or none. O(resources).
 */
export function ownershipWords(graph: Graph, catalog: Catalog, id: ResourceId): string {
  const vertex = graph.vertexOf(id);
  const resource = vertex === undefined ? undefined : graph.resources[vertex];
  const paths = resource === undefined ? new Set<string>() : sharedPaths(resource, catalog);
  if (paths.size === 0) return "";
  const others = graph.resources.filter(
    (other) => other.id !== id && !paths.isDisjointFrom(sharedPaths(other, catalog)),
  );
  const own = `it owns a part of ${[...paths].join(" and ")}`;
  if (others.length === 0) return own;
  const named = others.slice(0, MOST_NAMED).map((other) => other.id);
  const more = others.length - named.length;
  const all = more === 0 ? named : [...named, `${more} more`];
  return `${own}, and other parts belong to ${all.join(", ")}`;
}

/** The files that a resource owns in part. */
function sharedPaths({ kind, spec }: Resource, catalog: Catalog): ReadonlySet<string> {
  const owned = catalog.get(kind)?.owns?.(spec) ?? [];
  const parts = owned.filter(({ thing, isWhole }) => !isWhole && thing.startsWith("path:"));
  return new Set(parts.map(({ thing }) => thing.slice("path:".length)));
}
