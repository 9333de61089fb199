import { assert, type Catalog, type Graph, type Resource, type ResourceId } from "@holdfast/core";
import { type Ringing, Tracked } from "./tracked.ts";

/** What a population is made with. */
export interface PopulationOptions {
  readonly catalog: Catalog;
  readonly ringing: Ringing;
  readonly nowMs: () => number;
}

/**
 * The record of every resource of the present graph. A new graph keeps the records of ids it still has, with their
 * retries, limits and windows (D18); a resource whose declaration changed starts afresh in what depends on its spec.
 */
export class Population {
  readonly #options: PopulationOptions;
  #byId = new Map<ResourceId, Tracked>();
  #ordered: readonly Tracked[] = [];

  constructor(options: PopulationOptions) {
    this.#options = options;
  }

  /** In topological order. */
  get ordered(): readonly Tracked[] {
    return this.#ordered;
  }

  find(id: ResourceId): Tracked | undefined {
    return this.#byId.get(id);
  }

  /** Takes over a graph; returns the records of resources that are no longer declared. */
  replace(graph: Graph): readonly Tracked[] {
    const before = this.#byId;
    const records = graph.resources.map((resource) => this.#recordOf(resource, before));
    this.#byId = new Map(records.map((record) => [record.id, record]));
    connect(graph, records);
    this.#ordered = Array.from(graph.order, (vertex) => at(records, vertex));
    const gone = [...before.values()].filter(({ id }) => !this.#byId.has(id));
    for (const record of gone) retire(record);
    return gone;
  }

  #recordOf(resource: Resource, before: ReadonlyMap<ResourceId, Tracked>): Tracked {
    const kind = this.#options.catalog.get(resource.kind);
    assert(kind !== undefined, `${resource.kind} is in the graph and not in the catalog`);
    const known = before.get(resource.id);
    if (known === undefined) {
      const { ringing, nowMs } = this.#options;
      return new Tracked({ resource, kind, nowMs: nowMs(), ringing });
    }
    if (isSameDeclaration(known.declared.resource, resource)) return known;
    known.declared = { resource, kind, specDigest: undefined };
    known.wasInSync = false;
    known.bucket = undefined;
    return known;
  }
}

function connect(graph: Graph, records: readonly Tracked[]): void {
  const rowOf = (
    { offsets, targets }: Graph["dependencies"],
    vertex: number,
  ): readonly Tracked[] => {
    const start = offsets[vertex] ?? 0;
    const end = offsets[vertex + 1] ?? 0;
    if (start === end) return [];
    return Array.from(targets.subarray(start, end), (target) => at(records, target));
  };
  records.forEach((record, vertex) => {
    record.dependencies = rowOf(graph.dependencies, vertex);
    record.dependents = rowOf(graph.dependents, vertex);
  });
}

function at(records: readonly Tracked[], vertex: number): Tracked {
  const record = records[vertex];
  assert(record !== undefined, `the graph names vertex ${vertex}, which does not exist`);
  return record;
}

function retire(record: Tracked): void {
  record.isRemoved = true;
  record.dependencies = [];
  record.dependents = [];
}

function isSameDeclaration(before: Resource, after: Resource): boolean {
  if (before === after) return true;
  return JSON.stringify([before.input, before.meta]) === JSON.stringify([after.input, after.meta]);
}
