import {
  type Hold,
  type Plan,
  type ResourceId,
  type Result,
  summarize,
  unconfirmedChanges,
} from "@holdfast/core";
import type { Engine } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions, ApplyReport } from "../agent.ts";
import { type Accepted, createEngine, loadEngine } from "../engine/prepare-engine.ts";
import {
  graphOfUndo,
  type PreparedUndo,
  prepareUndo,
  refuseParts,
  revertsFor,
  throwUnlessBack,
  type UndoParts,
  undoResults,
  withRefused,
} from "./undo.ts";
import { undoUnderHolds } from "./undo-under-holds.ts";
import type { UndoRequest } from "./undo-request.ts";
import { UNSTOPPED } from "./unstopped.ts";

/** An agent that serves, as far as undoing goes. */
export interface UndoingAgent {
  readonly options: AgentOptions;
  readonly parts: AgentParts;
  engine(): Engine;
  /** What it keeps; another one after a reload. */
  accepted(): Accepted;
}

/** Shows what an undo would do; the engine that serves goes on meanwhile. */
export async function planServedUndo(
  agent: UndoingAgent,
  request: UndoRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const from = partsOf(agent);
  const prepared = await prepareUndo(from, request, signal);
  const graph = graphOfUndo(from, prepared, "notified");
  return withRefused(await from.planGraph(graph, signal), prepared.refused);
}

/**
 * Has the engine that serves undo it: what undoes a change takes the place of what is declared until it is done, in the same
 * lanes. What is declared is held after that. Once begun it goes on when whoever asked for it has left.
 */
export async function undoServed(
  agent: UndoingAgent,
  request: UndoRequest,
  signal: AbortSignal,
): Promise<ApplyReport> {
  const from = partsOf(agent);
  const { clock } = agent.parts;
  const startedAtMs = clock.monotonicMs();
  const prepared = await prepareUndo(from, request, signal);
  refuseParts(prepared, request);
  const done = await carryOut(agent, { from, prepared, why: "undone" }, signal);
  const results = undoResults(done, prepared.refused);
  const summary = summarize(results, clock.monotonicMs() - startedAtMs);
  const { generation, digest } = agent.accepted();
  return { generation, digest, results, summary };
}

/**
 * Has the engine that serves put back a change that nobody confirmed.
 * @throws {Fault} UndoRefused, when that did not work.
 */
export async function putBackServed(
  agent: UndoingAgent,
  id: ResourceId,
  signal: AbortSignal,
): Promise<void> {
  const from = partsOf(agent);
  const chosen = unconfirmedChanges(agent.parts.ledger).filter((one) => one.id === id);
  const { resources, refused } = await revertsFor(from, chosen, "reverted", signal);
  const prepared = { chosen, resources, refused };
  const results = await carryOut(agent, { from, prepared, why: "reverted" }, signal);
  throwUnlessBack(id, [...results], refused);
}

async function carryOut(
  agent: UndoingAgent,
  {
    from,
    prepared,
    why,
  }: { readonly from: UndoParts; readonly prepared: PreparedUndo; readonly why: Hold["why"] },
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const graph = graphOfUndo(from, prepared, "all");
  const ids = new Set(prepared.resources.map(({ id }) => id));
  const engine = agent.engine();
  const run = async (): Promise<readonly Result[]> => {
    const { desired, generation } = agent.accepted();
    // The load begins the work, before anybody asks for its results.
    const since = engine.logicalTime();
    await loadEngine(engine, { ...desired, graph }, generation);
    try {
      const { results } = await engine.reconcileNow({ ids, since }, UNSTOPPED);
      return results;
    } finally {
      // A reload may have brought another one meanwhile.
      const now = agent.accepted();
      await loadEngine(engine, now.desired, now.generation);
    }
  };
  const done = await undoUnderHolds(from, prepared, { run, why }, signal);
  for (const id of ids) engine.hint(id, "operator");
  return done;
}

function partsOf(agent: UndoingAgent): UndoParts {
  const { options, parts } = agent;
  const { desired } = agent.accepted();
  const planGraph: UndoParts["planGraph"] = async (graph, signal) => {
    const engine = createEngine({ options, parts, events: () => {} });
    await loadEngine(engine, { ...desired, graph }, agent.accepted().generation);
    return await engine.plan(signal);
  };
  const specDigestOf = (id: ResourceId): string | undefined => agent.engine().specDigest(id);
  const planOf: UndoParts["planOf"] = (ids, signal) => agent.engine().plan(signal, { ids });
  return { options, parts, desired, planOf, planGraph, specDigestOf };
}
