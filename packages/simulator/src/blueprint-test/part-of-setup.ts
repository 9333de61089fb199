import { type Graph, type ResourceId, restrictGraph, targetsOf } from "@holdfast/core";
import type { TestSetup } from "./site.ts";

/** The same test of some resources alone, with all that they depend on. */
export function onlyWith(setup: TestSetup, ids: Iterable<ResourceId>): TestSetup {
  const { graph, digest } = setup.desired;
  const kept = new Set<ResourceId>();
  for (const id of ids) collect(graph, id, kept);
  return { ...setup, desired: { digest, graph: restrictGraph(graph, kept) } };
}

function collect(graph: Graph, id: ResourceId, kept: Set<ResourceId>): void {
  const vertex = graph.vertexOf(id);
  if (vertex === undefined || kept.has(id)) return;
  kept.add(id);
  for (const target of targetsOf(graph.dependencies, vertex)) {
    const dependency = graph.resources[target];
    if (dependency !== undefined) collect(graph, dependency.id, kept);
  }
}

/**
 * The fewest of these resources with which something is still so, found by leaving out one after the other. What others
 * depend on stays longest: it is needed for its own sake, or comes along.
 */
export async function fewestOf(
  { order, resources }: Graph,
  ids: readonly ResourceId[],
  isStillSo: (ids: readonly ResourceId[]) => Promise<boolean>,
): Promise<readonly ResourceId[]> {
  let needed = ids;
  for (const vertex of order.toReversed()) {
    const id = resources[vertex]?.id;
    const fewer = needed.filter((one) => one !== id);
    if (fewer.length < needed.length && (await isStillSo(fewer))) needed = fewer;
  }
  return needed;
}

/** These resources and all that depend on them. */
export function withDependents(graph: Graph, ids: Iterable<ResourceId>): ReadonlySet<ResourceId> {
  const found = new Set(ids);
  for (const vertex of graph.order) {
    const resource = graph.resources[vertex];
    if (resource === undefined || found.has(resource.id)) continue;
    const dependencies = targetsOf(graph.dependencies, vertex);
    if (dependencies.some((at) => found.has(graph.resources[at]?.id ?? resource.id))) {
      found.add(resource.id);
    }
  }
  return found;
}
