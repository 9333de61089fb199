import { type Plan, type ResourceId, type Result, summarize } from "@holdfast/core";
import type { Engine } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions, ApplyReport } from "../agent.ts";
import { type Accepted, createEngine, loadEngine } from "../engine/prepare-engine.ts";
import {
  graphOfUndo,
  prepareUndo,
  refuseParts,
  type UndoParts,
  undoResults,
  undoUnderHolds,
  withRefused,
} from "./undo.ts";
import type { UndoRequest } from "./undo-request.ts";

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
 * lanes. What is declared is held after that.
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
  const graph = graphOfUndo(from, prepared, "all");
  const ids = new Set(prepared.resources.map(({ id }) => id));
  const engine = agent.engine();
  const run = async (): Promise<readonly Result[]> => {
    const { desired, generation } = agent.accepted();
    // The load begins the work, before anybody asks for its results.
    const since = engine.logicalTime();
    await loadEngine(engine, { ...desired, graph }, generation);
    try {
      const { results } = await engine.reconcileNow({ ids, since }, signal);
      return results;
    } finally {
      // A reload may have brought another one meanwhile.
      const now = agent.accepted();
      await loadEngine(engine, now.desired, now.generation);
    }
  };
  const done = await undoUnderHolds(from, prepared, { run, why: "undone" }, signal);
  for (const id of ids) engine.hint(id, "operator");
  const results = undoResults(done, prepared.refused);
  const summary = summarize(results, clock.monotonicMs() - startedAtMs);
  const { generation, digest } = agent.accepted();
  return { generation, digest, results, summary };
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
