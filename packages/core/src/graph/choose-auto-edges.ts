import { readByCommand } from "../command/things-of-command.ts";
import type { ResourceId } from "../id.ts";
import type { Log } from "../ports/log.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Thing } from "../resource/kind.ts";
import type { Resource } from "../resource/resource.ts";
import { adjacencyOf, targetsOf } from "./adjacency.ts";
import { AUTO_EDGE_RULES } from "./auto-edges.ts";
import { componentsOf } from "./components.ts";
import { type DeclaredIndex, parentOf } from "./declared/declared-index.ts";
import { ThingMakers } from "./declared/thing-makers.ts";
import type { EdgeList } from "./edges.ts";
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

/** Takes "the resource at this position comes after that one", wherever both are willing. */
type Consider = (position: number, id: ResourceId | undefined) => void;

function collectCandidates(input: AutoEdgeInput, edges: EdgeList): void {
  const { resources, index } = input;
  const consider: Consider = (position, id) => {
    const target = id === undefined ? undefined : index.position(id);
    const resource = resources[position];
    const other = target === undefined ? undefined : resources[target];
    if (target === undefined || target === position) return;
    if (resource === undefined || resource.meta.autoEdge === false) return;
    if (other === undefined || other.meta.autoEdge === false) return;
    const isAbsent = index.absent.has(resource);
    if (isAbsent && goesFirst(resource, index.absent.has(other))) edges.add(target, position);
    else edges.add(position, target);
  };
  considerRules(input, consider);
  considerNeeds(input, consider);
  considerMade(input, consider);
}

/**
 * Whether an absent resource goes before what it would come after (G8): before what goes too, for that may hold it. What
 * stays or is made may bring it back, as a package does a file, so that it is removed after that. Before something is
 * unmounted all its paths mean others.
 */
function goesFirst({ kind }: Resource, isOtherAbsent: boolean): boolean {
  return isOtherAbsent || kind === "mount";
}

function considerRules({ resources, index }: AutoEdgeInput, consider: Consider): void {
  for (const rule of AUTO_EDGE_RULES) {
    resources.forEach((resource, position) => {
      if (rule.kind !== undefined && rule.kind !== resource.kind) return;
      if (resource.meta.autoEdge === false) return;
      rule.find(resource, index, (id) => consider(position, id));
    });
  }
}

/** What it needs, what it uses, and what its health checks run. */
function considerNeeds({ resources, index, catalog }: AutoEdgeInput, consider: Consider): void {
  const makers = new ThingMakers(resources, index, catalog);
  const after = (position: number, things: readonly Thing[] = []): void => {
    for (const thing of things) for (const id of makers.makersOf(thing)) consider(position, id);
  };
  resources.forEach(({ kind: name, spec, meta }, position) => {
    if (meta.autoEdge === false) return;
    const kind = catalog.get(name);
    after(position, kind?.needs?.(spec));
    after(position, kind?.uses?.(spec));
    for (const check of meta.health ?? []) {
      if ("command" in check) after(position, readByCommand(check.command));
    }
  });
}

/** What lies at or below a path that another resource makes comes after that one. */
function considerMade({ resources, index, catalog }: AutoEdgeInput, consider: Consider): void {
  const makers = new Map<string, ResourceId[]>();
  for (const { id, kind, spec } of resources) {
    for (const path of catalog.get(kind)?.makes?.(spec) ?? []) {
      makers.set(path, [...(makers.get(path) ?? []), id]);
    }
  }
  if (makers.size === 0) return;
  resources.forEach(({ id }, position) => {
    for (const path of index.pathsOf(id)) {
      for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) {
        for (const maker of makers.get(at) ?? []) consider(position, maker);
      }
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
