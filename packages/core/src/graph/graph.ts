import { type Diagnosed, type Diagnostic, hasErrors } from "../fault/diagnostic.ts";
import type { ResourceId } from "../id.ts";
import type { Log } from "../ports/log.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Resource } from "../resource/resource.ts";
import { type Adjacency, adjacencyOf } from "./adjacency.ts";
import { chooseAutoEdges } from "./choose-auto-edges.ts";
import { findContradictions } from "./conflicts/contradictions.ts";
import { DeclaredIndex } from "./declared/declared-index.ts";
import { findCycles } from "./cycles.ts";
import { collectExplicitEdges, type EdgeList } from "./edges.ts";
import { orderGraph } from "./order.ts";
import { findOwnershipConflicts } from "./conflicts/ownership.ts";

/** Resources and must-happen-after edges. Vertices are positions in `resources`. */
export interface Graph {
  /** In the order of declaration. */
  readonly resources: readonly Resource[];
  /** What each vertex comes after. */
  readonly dependencies: Adjacency;
  /** What comes after each vertex. */
  readonly dependents: Adjacency;
  /** Topological, ties by declaration (G2). */
  readonly order: Uint32Array;
  /** The vertex of an id; `undefined` when it is not in the graph. */
  vertexOf(id: ResourceId): number | undefined;
}

/** What building a graph needs besides the resources. */
export interface GraphOptions {
  readonly catalog: Catalog;
  readonly log: Log;
  /** What undoes changes may own one thing together: each says what was there. Default false. */
  readonly mayShare?: boolean;
}

/**
 * Builds the graph: explicit edges (`dependsOn`, `notify`), then auto-edges (G3). Unknown targets, self edges, cycles,
 * things with two owners and pairs that undo each other are reported all together (G1, G6). Linear, but for auto-edges that
 * lie on a cycle.
 */
export function buildGraph(
  resources: readonly Resource[],
  { catalog, log, mayShare = false }: GraphOptions,
): Diagnosed<Graph> {
  const index = new DeclaredIndex(resources, catalog);
  const diagnostics: Diagnostic[] = [];
  const explicit = collectExplicitEdges(resources, index, catalog, diagnostics);
  if (!mayShare) diagnostics.push(...findOwnershipConflicts(resources, index, catalog));
  diagnostics.push(...findContradictions(resources, index, catalog));
  diagnostics.push(...findCycles(resources, explicit));
  if (hasErrors(diagnostics)) return { diagnostics };
  const edges = chooseAutoEdges({ resources, index, catalog, explicit, log });
  return { value: graphOf(resources, edges, index), diagnostics };
}

function graphOf(resources: readonly Resource[], edges: EdgeList, index: DeclaredIndex): Graph {
  const count = resources.length;
  const dependencies = adjacencyOf(count, { from: edges.from, to: edges.to });
  const dependents = adjacencyOf(count, { from: edges.to, to: edges.from });
  const { order } = orderGraph(dependencies, dependents);
  return {
    resources,
    dependencies,
    dependents,
    order,
    vertexOf: (id) => index.position(id),
  };
}
