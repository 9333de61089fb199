import {
  assert,
  type Catalog,
  type Graph,
  type Resource,
  type ResourceId,
  type Secrets,
  secretsDigestOf,
} from "@holdfast/core";
import type { Timers } from "../queue/alarms.ts";
import { type Declaration, ResourceRecord } from "./resource-record.ts";

/** What a store is made with. */
export interface ResourceStoreOptions {
  readonly catalog: Catalog;
  readonly timers: Timers<ResourceRecord>;
  readonly nowMs: () => number;
}

/**
 * The record of every resource of the present graph. A new graph keeps the records of ids it still has, with their
 * retries, limits and windows (D18); a resource whose declaration changed starts afresh in what depends on its spec.
 */
export class ResourceStore {
  readonly #options: ResourceStoreOptions;
  #byId = new Map<ResourceId, ResourceRecord>();
  #ordered: readonly ResourceRecord[] = [];

  constructor(options: ResourceStoreOptions) {
    this.#options = options;
  }

  /** In topological order. */
  get ordered(): readonly ResourceRecord[] {
    return this.#ordered;
  }

  find(id: ResourceId): ResourceRecord | undefined {
    return this.#byId.get(id);
  }

  /** Takes over a graph and its secrets; returns the records of resources that are no longer declared. */
  replace(graph: Graph, secrets?: Secrets): readonly ResourceRecord[] {
    const before = this.#byId;
    const records = graph.resources.map((resource) =>
      this.#recordOf(this.#declarationOf(resource, secrets), before),
    );
    this.#byId = new Map(records.map((record) => [record.id, record]));
    connect(graph, records);
    this.#ordered = Array.from(graph.order, (vertex) => at(records, vertex));
    const gone = [...before.values()].filter(({ id }) => !this.#byId.has(id));
    for (const record of gone) retire(record);
    return gone;
  }

  #declarationOf(resource: Resource, secrets: Secrets | undefined): Declaration {
    const kind = this.#options.catalog.get(resource.kind);
    assert(kind !== undefined, `${resource.kind} is in the graph and not in the catalog`);
    const own = resource.references === undefined ? undefined : secrets;
    return { resource, kind, secrets: own, specDigest: undefined };
  }

  #recordOf(
    declared: Declaration,
    before: ReadonlyMap<ResourceId, ResourceRecord>,
  ): ResourceRecord {
    const known = before.get(declared.resource.id);
    if (known === undefined) {
      const { timers, nowMs } = this.#options;
      return new ResourceRecord({ declared, nowMs: nowMs(), timers });
    }
    if (isSameDeclaration(known.declared, declared)) return known;
    known.declared = declared;
    known.wasInSync = false;
    known.bucket = undefined;
    return known;
  }
}

function connect(graph: Graph, records: readonly ResourceRecord[]): void {
  const rowOf = (
    { offsets, targets }: Graph["dependencies"],
    vertex: number,
  ): readonly ResourceRecord[] => {
    const start = offsets[vertex] ?? 0;
    const end = offsets[vertex + 1] ?? 0;
    if (start === end) return NONE;
    return Array.from(targets.subarray(start, end), (target) => at(records, target));
  };
  records.forEach((record, vertex) => {
    record.dependencies = rowOf(graph.dependencies, vertex);
    record.dependents = rowOf(graph.dependents, vertex);
  });
}

/** Shared: most resources depend on nothing, and nothing on them. */
const NONE: readonly ResourceRecord[] = [];

function at(records: readonly ResourceRecord[], vertex: number): ResourceRecord {
  const record = records[vertex];
  assert(record !== undefined, `the graph names vertex ${vertex}, which does not exist`);
  return record;
}

function retire(record: ResourceRecord): void {
  record.isRemoved = true;
  record.dependencies = NONE;
  record.dependents = NONE;
}

/** The same words, and secrets that say the same. */
function isSameDeclaration(before: Declaration, after: Declaration): boolean {
  const [old, now] = [before.resource, after.resource];
  if (old !== now && wordsOf(old) !== wordsOf(now)) return false;
  return secretsDigestOf(old, before.secrets) === secretsDigestOf(now, after.secrets);
}

function wordsOf({ input, meta }: Resource): string {
  return JSON.stringify([input, meta]);
}
