import { Fault } from "../fault/fault.ts";
import { buildGraph, type Graph } from "../graph/graph.ts";
import { kindOf, type ResourceId } from "../id.ts";
import type { Hold } from "../ports/kept/changes.ts";
import type { KeptBytes } from "../ports/kept/preimages.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Log } from "../ports/log.ts";
import { bindGone, bindKept } from "../removal/bind-kept.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { ResourceMeta } from "../resource/meta.ts";
import type { Resource } from "../resource/resource.ts";
import { holdsSecret } from "../secret/written-secret.ts";
import type { ChosenChange, RefusedChange } from "./choose-changes.ts";
import type { Revert } from "../resource/revert.ts";

/** What is needed to undo changes. */
export interface RevertRequest {
  readonly chosen: readonly ChosenChange[];
  /** What is declared. */
  readonly graph: Graph;
  readonly ledger: Pick<Ledger, "lastApplied">;
  readonly catalog: Catalog;
  readonly log: Log;
  readonly why: Hold["why"];
  /** The earlier bytes of files, by the name of the change. */
  readonly bytes: ReadonlyMap<string, KeptBytes>;
}

/** Resources that say what was there before. */
export interface Reverts {
  readonly resources: readonly Resource[];
  readonly refused: readonly RefusedChange[];
}

/**
 * Makes of each change the resource that undoes it: its spec says what was there before, and it is applied like any other. What
 * was made is removed in the reverse order. Pure.
 */
export function revertsOf(request: RevertRequest): Reverts {
  const resources: Resource[] = [];
  const refused: RefusedChange[] = [];
  const ids = new Set(request.chosen.map(({ id }) => id));
  for (const chosen of request.chosen) {
    const made = revertOf(chosen, ids, request);
    if (typeof made !== "string") resources.push(made);
    else refused.push({ id: chosen.id, op: chosen.change.op, fault: refusal(chosen, made) });
  }
  return { resources, refused };
}

/**
 * The graph of what undoes changes, and of what is notified of that; or of all that is declared, with it in its place.
 * @throws {Fault} UndoRefused, when what was there before contradicts itself, or what is declared.
 */
export function graphOfReverts(
  reverts: readonly Resource[],
  { graph, catalog, log }: Pick<RevertRequest, "graph" | "catalog" | "log">,
  among: "notified" | "all",
): Graph {
  const ids = new Set(reverts.map(({ id }) => id));
  const notified = new Set(reverts.flatMap(({ meta }) => meta.notify ?? []));
  const others = graph.resources.filter(
    ({ id }) => !ids.has(id) && (among === "all" || notified.has(id)),
  );
  const known = new Set([...reverts, ...others].map(({ id }) => id));
  const resources = [...others, ...reverts].map((one) => within(one, known));
  const built = buildGraph(resources, { catalog, log, mayShare: true });
  if (built.value !== undefined) return built.value;
  const [first] = built.diagnostics;
  throw new Fault({
    reason: "UndoRefused",
    message: `what was there before contradicts what is declared: ${first?.summary}: ${first?.detail}`,
    resolution: "Undo more of the changes at once, or change the manifest instead.",
  });
}

/** The resource, or why there is none. */
function revertOf(
  chosen: ChosenChange,
  ids: ReadonlySet<ResourceId>,
  request: RevertRequest,
): Resource | string {
  const { id, change } = chosen;
  const { before } = change;
  if (before.type === "lost") return before.why;
  const made = specBefore(chosen, request);
  if (typeof made === "string") return made;
  const leaves = leavesOf(chosen);
  const mayHoldSecrets = holdsSecrets(chosen, request);
  return {
    ...made,
    id,
    name: id.slice(kindOf(id).length + 1),
    input: { undoes: change.op },
    meta: metaOf(id, ids, request),
    revert: {
      op: change.op,
      leaves,
      why: request.why,
      ...(mayHoldSecrets ? { mayHoldSecrets } : {}),
    },
  };
}

function holdsSecrets({ id, change: { before } }: ChosenChange, { ledger }: RevertRequest) {
  const isSealed = before.type === "file" && before.preimage.isSealed === true;
  return isSealed || holdsSecret(ledger.lastApplied(id)?.declaration?.spec);
}

function leavesOf({ change: { before, provenance, verb } }: ChosenChange): Revert["leaves"] {
  if (before.type === "absent") return "nothing";
  return verb === "delete" ? "adopted" : provenance;
}

type Made = Pick<Resource, "kind" | "spec" | "references">;

function specBefore(chosen: ChosenChange, request: RevertRequest): Made | string {
  const { id, change } = chosen;
  const { catalog } = request;
  const kind = catalog.get(kindOf(id));
  if (kind === undefined) return "its kind does not exist here";
  const { before } = change;
  switch (before.type) {
    case "lost":
      return before.why;
    case "absent": {
      const present = presentOf(id, request);
      const absent = present && kind.absent?.(present.spec);
      if (absent === undefined) return "what was declared is not known any more";
      return { kind: kind.kind, spec: absent };
    }
    case "input": {
      const name = id.slice(kind.kind.length + 1);
      const bound = bindKept({ kind: kind.kind, name, spec: before.input }, catalog);
      if (bound === undefined) return "its kind no longer takes what was there";
      const { spec, references } = bound;
      return { kind: kind.kind, spec, ...(references === undefined ? {} : { references }) };
    }
    case "file": {
      const bytes = request.bytes.get(change.op);
      if (before.preimage.key !== undefined && bytes === undefined)
        return "the earlier content is not kept any more";
      const made = kind.asFile?.restore(before.place, before.preimage, bytes);
      return made ?? "its kind is no file any more";
    }
  }
}

/** As it was applied last, or else as it is declared. */
function presentOf(
  id: ResourceId,
  { graph, ledger, catalog }: RevertRequest,
): Resource | undefined {
  const declaration = ledger.lastApplied(id)?.declaration;
  const kept = declaration && bindGone({ id, declaration }, catalog);
  const vertex = graph.vertexOf(id);
  return kept ?? (vertex === undefined ? undefined : graph.resources[vertex]);
}

/** Its order among what is undone, and whom it notifies, are those of what is declared. */
function metaOf(
  id: ResourceId,
  ids: ReadonlySet<ResourceId>,
  { graph, ledger }: RevertRequest,
): ResourceMeta {
  const vertex = graph.vertexOf(id);
  const declared = vertex === undefined ? undefined : graph.resources[vertex]?.meta;
  const after = declared?.dependsOn ?? ledger.lastApplied(id)?.declaration?.after ?? [];
  const { notify, timeoutMs, tags } = declared ?? {};
  return {
    dependsOn: after.filter((one) => ids.has(one)),
    ...(notify === undefined ? {} : { notify }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** Without what points out of the graph. */
function within(resource: Resource, known: ReadonlySet<ResourceId>): Resource {
  const { dependsOn, notify, ...meta } = resource.meta;
  return {
    ...resource,
    meta: {
      ...meta,
      ...(dependsOn === undefined ? {} : { dependsOn: dependsOn.filter((id) => known.has(id)) }),
      ...(notify === undefined ? {} : { notify: notify.filter((id) => known.has(id)) }),
    },
  };
}

function refusal({ id, change: { op } }: ChosenChange, why: string): Fault {
  return new Fault({
    reason: "UndoRefused",
    message: `${op} of ${id} is not undone: ${why}`,
    resolution: "Put it back by hand, or declare what should be there.",
  });
}
