import {
  assert,
  type Catalog,
  type Graph,
  isSameData,
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

/** A graph compared with the one before. */
export interface Comparison {
  readonly graph: Graph;
  readonly secrets: Secrets | undefined;
  /** In the order of its resources: the record that is there, if one is. */
  readonly known: readonly (ResourceRecord | undefined)[];
  /** Those of them that are declared otherwise. */
  readonly redeclared: ReadonlySet<ResourceRecord>;
  readonly gone: readonly ResourceRecord[];
}

/** What a graph that was taken over made of the records. */
export interface Replacement {
  /** Records of resources that are no longer declared. */
  readonly gone: readonly ResourceRecord[];
  /** New, declared differently, or with other dependencies than before. */
  readonly changed: ReadonlySet<ResourceRecord>;
}

/** How many resources are compared in one step; a small part of a millisecond. */
const STEP = 256;

/**
 * The record of every resource of the present graph. A new graph keeps the records of ids it still has, with their
 * retries, limits and windows (D18); a resource whose declaration changed starts afresh in what depends on its spec.
 */
export class ResourceStore {
  readonly #options: ResourceStoreOptions;
  readonly #byId = new Map<ResourceId, ResourceRecord>();
  #ordered: readonly ResourceRecord[] = [];
  #shape: Shape | undefined;

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

  /**
   * Compares a graph with the present one, a little at each step, so that other work can run in between.
   * Nothing is changed by it, and nothing may be replaced while it goes on.
   */
  *compare(graph: Graph, secrets?: Secrets): Generator<undefined, Comparison> {
    const known: (ResourceRecord | undefined)[] = [];
    const redeclared = new Set<ResourceRecord>();
    for (const resource of graph.resources) {
      const record = this.#byId.get(resource.id);
      known.push(record);
      if (record !== undefined && !isSameDeclaration(record.declared, resource, secrets)) {
        redeclared.add(record);
      }
      if (known.length % STEP === 0) yield;
    }
    const gone: ResourceRecord[] = [];
    let passed = 0;
    for (const record of this.#byId.values()) {
      if (graph.vertexOf(record.id) === undefined) gone.push(record);
      passed += 1;
      if (passed % STEP === 0) yield;
    }
    return { graph, secrets, known, redeclared, gone };
  }

  /** Takes over a graph that was compared. */
  replace({ graph, secrets, known, redeclared, gone }: Comparison): Replacement {
    const changed = new Set(redeclared);
    const records = graph.resources.map((resource, vertex) => {
      const before = known[vertex];
      if (before !== undefined && !redeclared.has(before)) return before;
      const declared = this.#declarationOf(resource, secrets);
      if (before === undefined) return this.#create(declared, changed);
      declareAnew(before, declared);
      return before;
    });
    const shape = { records, dependencies: graph.dependencies };
    // Mostly a few words are others, and everything stays where it is.
    if (!isSameShape(this.#shape, shape)) {
      connect(graph, records, changed);
      this.#ordered = Array.from(graph.order, (vertex) => at(records, vertex));
    }
    this.#shape = shape;
    for (const record of gone) {
      this.#byId.delete(record.id);
      retire(record);
    }
    return { gone, changed };
  }

  #create(declared: Declaration, changed: Set<ResourceRecord>): ResourceRecord {
    const { timers, nowMs } = this.#options;
    const record = new ResourceRecord({ declared, nowMs: nowMs(), timers });
    this.#byId.set(record.id, record);
    changed.add(record);
    return record;
  }

  #declarationOf(resource: Resource, secrets: Secrets | undefined): Declaration {
    const kind = this.#options.catalog.get(resource.kind);
    assert(kind !== undefined, `${resource.kind} is in the graph and not in the catalog`);
    return { resource, kind, secrets: secretsOf(resource, secrets), specDigest: undefined };
  }
}

/** The resource of each vertex, and its dependencies. */
interface Shape {
  readonly records: readonly ResourceRecord[];
  readonly dependencies: Graph["dependencies"];
}

function isSameShape(one: Shape | undefined, other: Shape): boolean {
  return (
    one !== undefined &&
    isSameList(one.records, other.records) &&
    isSameList(one.dependencies.offsets, other.dependencies.offsets) &&
    isSameList(one.dependencies.targets, other.dependencies.targets)
  );
}

function isSameList<T>(one: ArrayLike<T>, other: ArrayLike<T>): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** What a declaration that is another makes void. */
function declareAnew(record: ResourceRecord, declared: Declaration): void {
  record.declared = declared;
  record.wasInSync = false;
  record.bucket = undefined;
}

/** Ties records to each other. One whose dependencies are others than before is changed by that. */
function connect(
  { dependencies, dependents }: Graph,
  records: readonly ResourceRecord[],
  changed: Set<ResourceRecord>,
): void {
  const dependenciesOf = rowsOf(dependencies, records);
  const dependentsOf = rowsOf(dependents, records);
  for (const [vertex, record] of records.entries()) {
    const before = record.dependencies;
    record.dependencies = dependenciesOf(vertex, before);
    if (record.dependencies !== before) changed.add(record);
    record.dependents = dependentsOf(vertex, record.dependents);
  }
}

/** The records that a row of edges leads to: the list before when it is the same row, since nearly all are. */
function rowsOf(
  { offsets, targets }: Graph["dependencies"],
  records: readonly ResourceRecord[],
): (vertex: number, before: readonly ResourceRecord[]) => readonly ResourceRecord[] {
  return (vertex, before) => {
    const start = offsets[vertex] ?? 0;
    const length = (offsets[vertex + 1] ?? 0) - start;
    if (length === 0) return NONE;
    const isSame =
      before.length === length &&
      before.every((record, position) => records[targets[start + position] ?? 0] === record);
    if (isSame) return before;
    return Array.from({ length }, (_, position) => at(records, targets[start + position] ?? 0));
  };
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
function isSameDeclaration(
  { resource: before, secrets: old }: Declaration,
  after: Resource,
  secrets: Secrets | undefined,
): boolean {
  const hasSameWords =
    before === after ||
    (isSameRemoval(before.removal, after.removal) &&
      isSameData(before.input, after.input) &&
      isSameData(before.meta, after.meta));
  const now = secretsOf(after, secrets);
  return hasSameWords && secretsDigestOf(before, old) === secretsDigestOf(after, now);
}

/** What is to go, what is declared, and what is to go and must not yet, are three things. */
function isSameRemoval(before: Resource["removal"], after: Resource["removal"]): boolean {
  const isToGo = before !== undefined;
  return isToGo === (after !== undefined) && before?.refusal?.message === after?.refusal?.message;
}

function secretsOf(resource: Resource, secrets: Secrets | undefined): Secrets | undefined {
  const mayHoldSecrets = resource.references !== undefined || resource.revert?.mayHoldSecrets;
  return mayHoldSecrets === true ? secrets : undefined;
}
