import {
  bindGone,
  type ChosenChange,
  digestOf,
  type Graph,
  graphOfReverts,
  type Plan,
  type PlannedAction,
  type Resource,
  type ResourceId,
} from "@holdfast/core";
import { sha256 } from "@holdfast/host";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import type { LoadedDesired } from "../engine/prepare-engine.ts";

/** What it is found out with. */
export interface ObservingParts {
  readonly options: Pick<AgentOptions, "catalog" | "log" | "graceEnds">;
  readonly parts: Pick<AgentParts, "ledger">;
  /** What is declared. */
  readonly desired: LoadedDesired;
  /** What differs now of these resources from what is declared. */
  readonly planOf: (ids: ReadonlySet<ResourceId>, signal: AbortSignal) => Promise<Plan>;
  /** What differs now from another graph than that of what is declared. */
  readonly planGraph: (graph: Graph, signal: AbortSignal) => Promise<Plan>;
}

/** What is to be undone, and by what. */
export interface Undoing {
  readonly chosen: readonly ChosenChange[];
  readonly reverts: readonly Resource[];
}

/**
 * Which of them are not as the newest change left them, so that an undo would take away what somebody did since. Of what is
 * not declared any more that is found out by what was applied last; what was removed must still be gone.
 */
export async function changedSince(
  from: ObservingParts,
  { chosen, reverts }: Undoing,
  signal: AbortSignal,
): Promise<ReadonlySet<ResourceId>> {
  const { graph } = from.desired;
  const declared = chosen.filter(({ id }) => graph.vertexOf(id) !== undefined);
  const others = chosen.filter(({ id }) => graph.vertexOf(id) === undefined);
  const removed = new Set(others.filter(({ newest }) => newest.verb === "delete").map(idOf));
  const changed = [
    await driftedOf(from, declared, signal),
    await driftedSince(
      from,
      others.map(idOf).filter((id) => !removed.has(id)),
      signal,
    ),
    await backAgain(
      from,
      reverts.filter(({ id }) => removed.has(id)),
      signal,
    ),
  ];
  return new Set(changed.flat());
}

async function driftedOf(
  { planOf, parts: { ledger } }: ObservingParts,
  declared: readonly ChosenChange[],
  signal: AbortSignal,
): Promise<readonly ResourceId[]> {
  if (declared.length === 0) return [];
  const { actions } = await planOf(new Set(declared.map(idOf)), signal);
  const drifted = actions.filter(({ id, cause, changes }) => {
    const { left } = ledger.hold(id) ?? {};
    return left === undefined ? cause === "drift" && changes.length > 0 : left !== leftBy(changes);
  });
  return drifted.map(idOf);
}

/** What an undo left, by how that differs from what is declared. */
export function leftBy(changes: PlannedAction["changes"]): string {
  const shown = changes.map(({ path, from = null, to = null }) => ({ path, from, to }));
  return digestOf(shown, sha256);
}

/** What nobody can bind any more is not known to be as it was left. */
async function driftedSince(
  from: ObservingParts,
  ids: readonly ResourceId[],
  signal: AbortSignal,
): Promise<readonly ResourceId[]> {
  const { ledger } = from.parts;
  const kept = ids.map((id) => {
    const declaration = ledger.lastApplied(id)?.declaration;
    return declaration && bindGone({ id, declaration }, from.options.catalog);
  });
  const known = kept.filter((resource) => resource !== undefined);
  const unknown = ids.filter((id) => !known.some((resource) => resource.id === id));
  if (known.length === 0) return unknown;
  const graph = graphOf(from, known);
  const { actions } = await from.planGraph(graph, signal);
  return [...unknown, ...actions.filter(({ changes }) => changes.length > 0).map(idOf)];
}

/** Somebody made it anew, after we removed it. */
async function backAgain(
  from: ObservingParts,
  resources: readonly Resource[],
  signal: AbortSignal,
): Promise<readonly ResourceId[]> {
  if (resources.length === 0) return [];
  const graph = graphOf(from, resources);
  const ids = new Set(resources.map(idOf));
  const { actions } = await from.planGraph(graph, signal);
  const isThere = actions.filter(({ verb, changes }) => verb !== "create" && changes.length > 0);
  return isThere.map(idOf).filter((id) => ids.has(id));
}

function graphOf(from: ObservingParts, resources: readonly Resource[]): Graph {
  return graphOfReverts(resources, { graph: from.desired.graph, ...from.options }, "notified");
}

function idOf({ id }: { readonly id: ResourceId }): ResourceId {
  return id;
}
