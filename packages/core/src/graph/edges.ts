import { type Diagnostic, isEnough } from "../fault/diagnostic.ts";
import type { ResourceId } from "../id.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Resource } from "../resource/resource.ts";
import { nearest } from "../check/suggest.ts";
import { resourceError } from "./resource-error.ts";
import type { DeclaredIndex } from "./declared/declared-index.ts";

/** Edges while they are collected: `from[e]` comes after `to[e]`. No edge is in it twice. */
export class EdgeList {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly #known = new Set<number>();
  readonly #count: number;

  constructor(vertexCount: number) {
    this.#count = vertexCount;
  }

  /** Adds an edge; false when it is known already. */
  add(from: number, to: number): boolean {
    const key = from * this.#count + to;
    if (this.#known.has(key)) return false;
    this.#known.add(key);
    this.from.push(from);
    this.to.push(to);
    return true;
  }

  /** A copy that can grow apart. */
  copy(): EdgeList {
    const copy = new EdgeList(this.#count);
    for (let e = 0; e < this.from.length; e++) copy.add(this.from[e] ?? 0, this.to[e] ?? 0);
    return copy;
  }
}

/**
 * Collects what authors wrote. `dependsOn` of an absent resource points the other way: it goes before what it depended
 * on (G8). The target of a notification comes after the one who notifies.
 */
export function collectExplicitEdges(
  resources: readonly Resource[],
  index: DeclaredIndex,
  catalog: Catalog,
  diagnostics: Diagnostic[],
): EdgeList {
  const edges = new EdgeList(resources.length);
  const notified = new Set<number>();
  resources.forEach((resource, position) => {
    if (isEnough(diagnostics)) return;
    const { dependsOn = [], notify = [] } = resource.meta;
    for (const target of dependsOn) {
      const at = resolve(resource, target, { field: "dependsOn", index, diagnostics });
      if (at !== undefined) addEdge(edges, resource, position, at, catalog);
    }
    for (const target of notify) {
      const at = resolve(resource, target, { field: "notify", index, diagnostics });
      if (at === undefined) continue;
      edges.add(at, position);
      notified.add(at);
      checkRefreshable(resource, target, { catalog, index, diagnostics, resources });
    }
  });
  warnOfNotNotified(resources, notified, catalog, diagnostics);
  return edges;
}

/** Such a resource is no error: an included part may notify it on some machines only. */
function warnOfNotNotified(
  resources: readonly Resource[],
  notified: ReadonlySet<number>,
  catalog: Catalog,
  diagnostics: Diagnostic[],
): void {
  resources.forEach((resource, position) => {
    const { kind, spec, id } = resource;
    if (notified.has(position) || catalog.get(kind)?.isForNotifications?.(spec) !== true) return;
    const detail = `${id} runs only when it is notified, and no resource names it in meta.notify: it never runs`;
    const warning = resourceError(resource, "nothing notifies it", detail);
    if (!isEnough(diagnostics)) diagnostics.push({ ...warning, severity: "warning" });
  });
}

/** Adds "resource comes after target", or the reverse when the resource is to be absent, or left the manifest. */
export function addEdge(
  edges: EdgeList,
  resource: Resource,
  position: number,
  target: number,
  catalog: Catalog,
): boolean {
  const isAbsent =
    resource.removal !== undefined ||
    catalog.get(resource.kind)?.isAbsent?.(resource.spec) === true;
  return isAbsent ? edges.add(target, position) : edges.add(position, target);
}

/** Finding what was meant asks every id, so it is done for the first few only. */
const MOST_SUGGESTIONS = 10;

interface Reporting {
  readonly field: "dependsOn" | "notify";
  readonly index: DeclaredIndex;
  readonly diagnostics: Diagnostic[];
}

function resolve(resource: Resource, target: ResourceId, reporting: Reporting): number | undefined {
  const { field, index, diagnostics } = reporting;
  if (target === resource.id) {
    const detail = `${resource.id} names itself in ${field}: remove that entry`;
    diagnostics.push(resourceError(resource, "a resource depends on itself", detail));
    return undefined;
  }
  const position = index.position(target);
  if (position !== undefined) return position;
  const isWorthIt = diagnostics.length < MOST_SUGGESTIONS;
  const suggestion = isWorthIt ? nearest(target, index.ids()) : undefined;
  const hint =
    suggestion === undefined ? "declare it or remove the entry" : `did you mean ${suggestion}?`;
  const detail = `${resource.id} names ${target} in ${field}, which is not declared: ${hint}`;
  diagnostics.push(resourceError(resource, `unknown resource in ${field}`, detail));
  return undefined;
}

interface RefreshCheck {
  readonly catalog: Catalog;
  readonly index: DeclaredIndex;
  readonly diagnostics: Diagnostic[];
  readonly resources: readonly Resource[];
}

function checkRefreshable(resource: Resource, target: ResourceId, check: RefreshCheck): void {
  const at = check.index.position(target);
  const kind = at === undefined ? undefined : check.resources[at]?.kind;
  const known = kind === undefined ? undefined : check.catalog.get(kind);
  // Of a target that cannot be read it is not known either.
  if (known === undefined || known.refresh !== undefined) return;
  const detail = `${resource.id} notifies ${target}, but a ${kind} has nothing to refresh: use dependsOn for order`;
  check.diagnostics.push(resourceError(resource, "the target cannot be refreshed", detail));
}
