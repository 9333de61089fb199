import type { ResourceId } from "../id.ts";
import type { Log } from "../ports/log.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Resource } from "../resource/resource.ts";
import { adjacencyOf, targetsOf } from "./adjacency.ts";
import { AUTO_EDGE_RULES } from "./auto-edges.ts";
import { componentsOf } from "./components.ts";
import type { DeclaredIndex } from "./declared-index.ts";
import { addEdge, type EdgeList } from "./edges.ts";
import { orderGraph } from "./order.ts";

/** What choosing needs. */
export interface AutoEdgeInput {
  readonly resources: readonly Resource[];
  readonly index: DeclaredIndex;
  readonly catalog: Catalog;
  /** Must be free of cycles. */
  readonly explicit: EdgeList;
  readonly log: Log;
}

/**
 * Adds the auto-edges to the explicit ones, except where one would close a cycle or either side says
 * `autoEdge: false` (G3).
 *
 * First all are added at once: when that has no cycle, none of them closes one, which is the usual case and linear.
 * Else they are tried one by one in the order of the rules; only edges inside a knot of the full graph need a search.
 */
export function chooseAutoEdges(input: AutoEdgeInput): EdgeList {
  const { resources, explicit } = input;
  const all = explicit.copy();
  const explicitCount = all.from.length;
  collectCandidates(input, all);
  if (!isCyclic(resources.length, all)) return all;
  const component = componentsOf(adjacencyOf(resources.length, all));
  const chosen = explicit.copy();
  const reach = new Reachability(resources.length, chosen);
  for (let e = explicitCount; e < all.from.length; e++) {
    const from = all.from[e] ?? 0;
    const to = all.to[e] ?? 0;
    if (component[from] === component[to] && reach.leadsFrom(to, from)) {
      const edge = { from: resources[from]?.id, to: resources[to]?.id };
      input.log.debug("auto-edge skipped because it would close a cycle", edge);
    } else if (chosen.add(from, to)) reach.add(from, to);
  }
  return chosen;
}

function collectCandidates({ resources, index, catalog }: AutoEdgeInput, edges: EdgeList): void {
  const isWilling = (id: ResourceId | undefined): number | undefined => {
    const at = id === undefined ? undefined : index.position(id);
    return at === undefined || resources[at]?.meta.autoEdge === false ? undefined : at;
  };
  const consider = (resource: Resource, position: number, id: ResourceId | undefined): void => {
    const target = isWilling(id);
    if (target === undefined || target === position) return;
    addEdge(edges, resource, position, target, catalog);
  };
  for (const rule of AUTO_EDGE_RULES) {
    resources.forEach((resource, position) => {
      if (rule.kind !== undefined && rule.kind !== resource.kind) return;
      if (resource.meta.autoEdge === false) return;
      rule.find(resource, index, (id) => consider(resource, position, id));
    });
  }
  resources.forEach((resource, position) => {
    if (resource.meta.autoEdge === false) return;
    for (const thing of catalog.get(resource.kind)?.needs?.(resource.spec) ?? []) {
      for (const id of index.makersOf(thing)) consider(resource, position, id);
    }
  });
}

function isCyclic(count: number, edges: EdgeList): boolean {
  const dependents = adjacencyOf(count, { from: edges.to, to: edges.from });
  return orderGraph(adjacencyOf(count, edges), dependents).isCyclic;
}

/** Answers whether one vertex leads to another, over the first edges and those added since. */
class Reachability {
  readonly #base;
  readonly #added = new Map<number, number[]>();

  constructor(count: number, edges: EdgeList) {
    this.#base = adjacencyOf(count, edges);
  }

  add(from: number, to: number): void {
    const known = this.#added.get(from);
    if (known) known.push(to);
    else this.#added.set(from, [to]);
  }

  leadsFrom(start: number, goal: number): boolean {
    const seen = new Set([start]);
    for (const vertex of seen) {
      if (vertex === goal) return true;
      for (const target of targetsOf(this.#base, vertex)) seen.add(target);
      for (const target of this.#added.get(vertex) ?? []) seen.add(target);
    }
    return false;
  }
}
