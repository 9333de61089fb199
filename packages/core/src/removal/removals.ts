import type { Fault } from "../fault/fault.ts";
import { buildGraph, type Graph } from "../graph/graph.ts";
import type { Resource } from "../resource/resource.ts";
import { type Candidate, judgeGone } from "./candidate.ts";
import type { Gone } from "./gone.ts";
import type { RemovalRequest } from "./removal-request.ts";
import { bindGone } from "./bind-kept.ts";
import { type Move, movesOf } from "./moves.ts";
import type { Orphan } from "../plan/plan.ts";
import { leaveShared } from "./leave-shared.ts";
import { leaveNeeded } from "./leave-needed.ts";
import { shrinkFault } from "./shrink-guard.ts";

/** What became of the resources that left a manifest. */
export interface Removals {
  /** The graph of the manifest, and in it what is to be removed. */
  readonly graph: Graph;
  /** What stays, each with its reason. */
  readonly orphans: readonly Orphan[];
  /** What goes on under another id. */
  readonly moves: readonly Move[];
  /** Why nothing is removed for now. */
  readonly refusal?: Fault;
}

/**
 * Finds what left a manifest, and what is done about it. Only what the ledger says we made is removed, only by the
 * manifest of the same name, and only while nothing that stays needs it, is in it or decides about it too. It is removed in
 * the reverse order of the graph that made it. Pure; linear, and cheap where nothing left.
 */
export function removalsOf(request: RemovalRequest): Removals {
  const { manifest, graph, catalog } = request;
  const { gone, others, stillDeclared } = sortApplied(request);
  if (gone.length === 0) return { graph, orphans: [], moves: [] };
  const { moves, left, orphans: moved } = movesOf(gone, request);
  const judged = judgeEach(left, request);
  const staying = [
    ...manifest.resources,
    ...[...others, ...judged.staying].flatMap((one) => bindGone(one, catalog) ?? []),
  ];
  const alone = leaveShared(judged.candidates, staying, catalog);
  const free = leaveNeeded(alone.candidates, [...staying, ...alone.staying], request);
  const orphans = [...moved, ...judged.orphans, ...alone.orphans, ...free.orphans];
  const lost = free.candidates.length;
  if (lost === 0) return { graph, orphans, moves };
  const isEmpty = manifest.resources.length === 0;
  const refusal = request.isShrinkAllowed
    ? undefined
    : shrinkFault({ name: manifest.name, lost, stillDeclared, isEmpty });
  const whole = withRemovals(free.candidates, request, refusal);
  // Two that are to go contradict each other in a way that no rule above foresaw: then nothing is touched.
  if (whole === undefined)
    return { graph, orphans: [...orphans, ...free.candidates.map(entangled)], moves };
  return { graph: whole, orphans, moves, ...(refusal === undefined ? {} : { refusal }) };
}

interface Sorted {
  readonly gone: readonly Gone[];
  /** What other manifests declared. */
  readonly others: readonly Gone[];
  /** How many of this manifest were applied and are declared. */
  readonly stillDeclared: number;
}

function sortApplied({ manifest, graph, ledger }: RemovalRequest): Sorted {
  const gone: Gone[] = [];
  const others: Gone[] = [];
  let stillDeclared = 0;
  for (const [id, applied] of ledger.allApplied()) {
    const { declaration } = applied;
    if (declaration === undefined || declaration.isAbsent === true) continue;
    if (graph.vertexOf(id) !== undefined) stillDeclared += 1;
    else if (declaration.manifest === manifest.name) gone.push({ ...applied, id, declaration });
    else others.push({ ...applied, id, declaration });
  }
  return { gone, others, stillDeclared };
}

function judgeEach(gone: readonly Gone[], { manifest, catalog }: RemovalRequest) {
  const candidates: Candidate[] = [];
  const staying: Gone[] = [];
  const orphans: Orphan[] = [];
  for (const one of gone) {
    const judged = judgeGone(one, { prunes: manifest.prune === true, catalog });
    if (judged.type === "candidate") candidates.push(judged.candidate);
    if (judged.type === "orphan") {
      staying.push(one);
      orphans.push({ id: one.id, why: judged.why });
    }
  }
  return { candidates, staying, orphans };
}

/** The graph with what is to go in it; `undefined` when there is none. */
function withRemovals(
  candidates: readonly Candidate[],
  { manifest, catalog, log }: RemovalRequest,
  refusal: Fault | undefined,
): Graph | undefined {
  const removals = candidates.map((one) => removalOf(one, refusal));
  return buildGraph([...manifest.resources, ...removals], { catalog, log }).value;
}

/** The resource that stands for a removal. It comes before others that go, and holds nothing back that is declared. */
function removalOf({ resource, absent, declaration, after }: Candidate, refusal?: Fault): Resource {
  const { id, kind, name, input } = resource;
  const { noop, condition, timeoutMs, tags, protect } = declaration.meta ?? {};
  return {
    id,
    kind,
    name,
    spec: absent,
    input,
    meta: {
      autoEdge: false,
      ...(after.length === 0 ? {} : { dependsOn: after }),
      ...(noop === undefined ? {} : { noop }),
      ...(condition === undefined ? {} : { condition }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(tags === undefined ? {} : { tags }),
      ...(protect === undefined ? {} : { protect }),
    },
    removal: refusal === undefined ? {} : { refusal },
  };
}

function entangled({ resource: { id } }: Candidate): Orphan {
  return { id, why: "what left the manifest together with it contradicts it" };
}
