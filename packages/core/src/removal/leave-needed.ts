import { type Adjacency, adjacencyOf, targetsOf } from "../graph/adjacency.ts";
import { chooseAutoEdges } from "../graph/choose-auto-edges.ts";
import { findCycles } from "../graph/cycles.ts";
import { DeclaredIndex } from "../graph/declared/declared-index.ts";
import { addEdge, EdgeList } from "../graph/edges.ts";
import type { ResourceId } from "../id.ts";
import type { Orphan } from "../plan/plan.ts";
import type { Log } from "../ports/log.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Resource } from "../resource/resource.ts";
import type { Candidate } from "./candidate.ts";
import type { Sifted } from "./leave-shared.ts";

/** What a graph is made with. */
interface GraphParts {
  readonly catalog: Catalog;
  readonly log: Log;
}

/**
 * Leaves alone what something that stays came after: a directory with a declared file in it, the user who owns a file
 * that was orphaned. Those that pass know the order in which they go. The edges are those of the graph as if all were
 * declared.
 */
export function leaveNeeded(
  candidates: readonly Candidate[],
  staying: readonly Resource[],
  parts: GraphParts,
): Sifted {
  if (candidates.length === 0) return { candidates: [], staying: [], orphans: [] };
  const resources = [...staying, ...candidates.map(({ resource }) => resource)];
  const { needs, order } = dependenciesOf(resources.map(withAutoEdges), parts);
  const neededBy = reach(needs, staying.length);
  const idAt = (vertex: number): ResourceId | undefined => resources[vertex]?.id;
  const left: Candidate[] = [];
  const kept: Resource[] = [];
  const orphans: Orphan[] = [];
  for (const [position, candidate] of candidates.entries()) {
    const { resource } = candidate;
    const vertex = staying.length + position;
    const by = neededBy.get(vertex);
    if (by !== undefined) {
      kept.push(resource);
      orphans.push({ id: resource.id, why: `${idAt(by)} stays and needs it` });
      continue;
    }
    const after = [...targetsOf(order, vertex)]
      .filter((target) => target >= staying.length && !neededBy.has(target))
      .flatMap((target) => idAt(target) ?? []);
    left.push({ ...candidate, after });
  }
  return { candidates: left, staying: kept, orphans };
}

/** The candidates that the first `count` vertices lead to, each with the vertex that leads there. */
function reach(dependencies: Adjacency, count: number): ReadonlyMap<number, number> {
  const reached = new Map<number, number>();
  const queue = Array.from({ length: count }, (_, vertex) => vertex);
  for (const vertex of queue) {
    for (const target of targetsOf(dependencies, vertex)) {
      if (target < count || reached.has(target)) continue;
      reached.set(target, vertex);
      queue.push(target);
    }
  }
  return reached;
}

/** What comes after what: as far as something may be needed, and as far as an order can be made of it. */
interface Dependencies {
  readonly needs: Adjacency;
  readonly order: Adjacency;
}

/**
 * The edges that follow from the resources, and those that the ledger kept of each. They are of several graphs, and may
 * contradict each other: then all of them count as needs, and the former alone give the order.
 */
function dependenciesOf(
  resources: readonly Resource[],
  { catalog, log }: GraphParts,
): Dependencies {
  const count = resources.length;
  const index = new DeclaredIndex(resources, catalog);
  const explicit = new EdgeList(count);
  const natural = chooseAutoEdges({ resources, index, catalog, explicit, log });
  const all = natural.copy();
  addWrittenEdges(all, resources, { index, catalog });
  const needs = adjacencyOf(count, all);
  const isCyclic = findCycles(resources, all).length > 0;
  return { needs, order: isCyclic ? adjacencyOf(count, natural) : needs };
}

/** What is no longer known is left out. */
function addWrittenEdges(
  edges: EdgeList,
  resources: readonly Resource[],
  { index, catalog }: { readonly index: DeclaredIndex; readonly catalog: Catalog },
): void {
  resources.forEach((resource, position) => {
    for (const target of resource.meta.dependsOn ?? []) {
      const at = index.position(target);
      if (at !== undefined && at !== position) addEdge(edges, resource, position, at, catalog);
    }
  });
}

/** What wants no edges may still be in the way. */
function withAutoEdges(resource: Resource): Resource {
  const { autoEdge, ...meta } = resource.meta;
  return autoEdge === undefined ? resource : { ...resource, meta };
}
