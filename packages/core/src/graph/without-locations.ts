import type { ResourceId } from "../id.ts";
import type { Resource } from "../resource/resource.ts";
import type { SecretReference } from "../secret/secret-reference.ts";
import type { Graph } from "./graph.ts";

/**
 * The same graph without the places in its sources: a graph that is kept for long would keep the texts of the
 * manifest with it. O(resources), and so is `vertexOf`: it is seldom asked, and an index would be kept as long.
 */
export function withoutLocations(graph: Graph): Graph {
  const resources = graph.resources.map(withoutLocation);
  const vertexOf = (id: ResourceId): number | undefined => {
    const vertex = resources.findIndex((resource) => resource.id === id);
    return vertex < 0 ? undefined : vertex;
  };
  return { ...graph, resources, vertexOf };
}

function withoutLocation({ location: _, references, ...rest }: Resource): Resource {
  return references === undefined ? rest : { ...rest, references: references.map(unplaced) };
}

function unplaced({ location: _, ...rest }: SecretReference): SecretReference {
  return rest;
}
