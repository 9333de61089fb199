import type { Resource } from "../resource/resource.ts";
import type { SecretReference } from "../secret/secret-reference.ts";
import type { Graph } from "./graph.ts";

/**
 * The same graph, that no longer knows where it was written: whoever keeps it for long would keep the texts of the
 * manifest with it. O(resources).
 */
export function withoutLocations(graph: Graph): Graph {
  const resources = graph.resources.map(withoutLocation);
  const vertices = new Map(resources.map(({ id }, vertex) => [id, vertex]));
  return { ...graph, resources, vertexOf: (id) => vertices.get(id) };
}

function withoutLocation({ location: _, references, ...rest }: Resource): Resource {
  return references === undefined ? rest : { ...rest, references: references.map(unplaced) };
}

function unplaced({ location: _, ...rest }: SecretReference): SecretReference {
  return rest;
}
