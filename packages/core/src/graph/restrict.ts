import type { ResourceId } from "../id.ts";
import { adjacencyOf, targetsOf } from "./adjacency.ts";
import { EdgeList } from "./edges.ts";
import type { Graph } from "./graph.ts";
import { orderGraph } from "./order.ts";

/**
 * The graph of some of the resources. Order that went through a resource that is left out stays: what came before it
 * comes before what came after it. Linear, but for edges that such bridging adds.
 */
export function restrictGraph(graph: Graph, kept: ReadonlySet<ResourceId>): Graph {
  const resources = graph.resources.filter(({ id }) => kept.has(id));
  if (resources.length === graph.resources.length) return graph;
  const positions = new Map(resources.map(({ id }, position) => [id, position]));
  const edges = bridgedEdges(graph, positions);
  const dependencies = adjacencyOf(resources.length, edges);
  const dependents = adjacencyOf(resources.length, { from: edges.to, to: edges.from });
  const { order } = orderGraph(dependencies, dependents);
  return { resources, dependencies, dependents, order, vertexOf: (id) => positions.get(id) };
}

function bridgedEdges(graph: Graph, positions: ReadonlyMap<ResourceId, number>): EdgeList {
  const edges = new EdgeList(positions.size);
  // For each vertex, what stands for it in the smaller graph: itself, or what it came after.
  const standsFor: (readonly number[])[] = [];
  for (const vertex of graph.order) {
    const id = graph.resources[vertex]?.id;
    const position = id === undefined ? undefined : positions.get(id);
    const before = new Set<number>();
    for (const target of targetsOf(graph.dependencies, vertex)) {
      for (const one of standsFor[target] ?? []) before.add(one);
    }
    standsFor[vertex] = position === undefined ? [...before] : [position];
    if (position === undefined) continue;
    for (const one of before) edges.add(position, one);
  }
  return edges;
}
