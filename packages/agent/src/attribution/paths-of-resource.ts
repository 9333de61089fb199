import { type Catalog, type Graph, ownedPaths, type ResourceId } from "@holdfast/core";

/** The paths that a declared resource is about; none for one that is not declared, or whose thing is not on the disk. */
export function pathsOfResource(graph: Graph, catalog: Catalog, id: ResourceId): readonly string[] {
  const vertex = graph.vertexOf(id);
  const resource = vertex === undefined ? undefined : graph.resources[vertex];
  if (resource === undefined) return [];
  return ownedPaths([...catalog.values()], resource).map(({ path }) => path);
}
