import {
  type ChosenChange,
  type EngineEvent,
  type Hold,
  type Plan,
  type ResourceId,
  type Result,
  summarize,
} from "@holdfast/core";
import type { Engine } from "@holdfast/engine";
import {
  createEngine,
  type EngineRequest,
  type LoadedDesired,
  loadEngine,
} from "../engine/prepare-engine.ts";
import type { ApplyReport } from "../agent.ts";
import { loadDesired } from "../desired.ts";
import { withRemovals } from "../removal/with-removals.ts";
import {
  graphOfUndo,
  type PreparedUndo,
  prepareUndo,
  refuseParts,
  revertsFor,
  type UndoParts,
  undoResults,
  withRefused,
} from "./undo.ts";
import { undoUnderHolds } from "./undo-under-holds.ts";
import type { UndoRequest } from "./undo-request.ts";

/** An undo by an agent that does nothing else. */
export interface LocalUndo extends EngineRequest {
  readonly asked: UndoRequest;
}

/** Shows what an undo would do; writes nothing. */
export async function planUndo(request: LocalUndo, signal: AbortSignal): Promise<Plan> {
  const from = await read(request, signal);
  const prepared = await prepareUndo(from, request.asked, signal);
  const engine = await engineOf(request, from, prepared);
  return withRefused(await engine.plan(signal), prepared.refused);
}

/**
 * Undoes what somebody means.
 * @throws {Fault} NotFound; UndoRefused; what the source and the ledger throw.
 */
export async function undoOnce(request: LocalUndo, signal: AbortSignal): Promise<ApplyReport> {
  const from = await read(request, signal);
  const prepared = await prepareUndo(from, request.asked, signal);
  refuseParts(prepared, request.asked);
  const { clock } = request.parts;
  const startedAtMs = clock.monotonicMs();
  const done = await undoAlone(request, from, { ...prepared, why: "undone" }, signal);
  const results = undoResults(done, prepared.refused);
  const summary = summarize(results, clock.monotonicMs() - startedAtMs);
  const { generation, digest } = from;
  return { generation, digest, results, summary };
}

/** Puts back changes by an engine that does nothing else. Returns what each came to. */
export async function putBackAlone(
  request: EngineRequest,
  accepted: AcceptedState,
  { chosen, why }: { readonly chosen: readonly ChosenChange[]; readonly why: Hold["why"] },
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const from = observing(request, accepted);
  const { resources } = await revertsFor(from, chosen, why, signal);
  return await undoAlone(request, from, { chosen, resources, refused: [], why }, signal);
}

/** Undoes what was prepared, by an engine that does nothing else. */
export async function undoAlone(
  request: EngineRequest,
  from: UndoParts & Pick<AcceptedState, "generation">,
  { why, ...prepared }: PreparedUndo & { readonly why: Hold["why"] },
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const engine = await engineOf(request, from, prepared);
  const run = async (): Promise<readonly Result[]> => (await engine.converge(signal)).results;
  return await undoUnderHolds(from, prepared, { run, why }, signal);
}

/** What is declared, as it was accepted. */
export interface AcceptedState {
  readonly desired: LoadedDesired;
  readonly generation: number;
}

/** Looks with engines that change nothing. What is declared is loaded when it is first asked about. */
export function observing(
  request: EngineRequest,
  { desired, generation }: AcceptedState,
): UndoParts & Pick<AcceptedState, "generation"> {
  const { options, parts } = request;
  const planGraph: UndoParts["planGraph"] = async (graph, signal) => {
    const engine = createEngine({ ...request, events: silent });
    await loadEngine(engine, { ...desired, graph }, generation);
    return await engine.plan(signal);
  };
  const planOf: UndoParts["planOf"] = async (ids, signal) => {
    const engine = createEngine({ ...request, events: silent });
    await loadEngine(engine, desired, generation);
    return await engine.plan(signal, { ids });
  };
  return { options, parts, desired, generation, planOf, planGraph };
}

interface Read extends UndoParts, Pick<AcceptedState, "generation"> {
  readonly digest: string;
}

async function read(request: EngineRequest, signal: AbortSignal): Promise<Read> {
  const { options, parts } = request;
  const { ledger } = parts;
  await parts.policy.load(signal);
  const loaded = await loadDesired(options, signal);
  const whole = withRemovals(loaded, { options, ledger, isShrinkAllowed: false });
  const { name, digest } = whole.manifest;
  const desired = { ...whole, name, digest };
  const generation = ledger.generationOf(whole.manifest);
  const engine = createEngine({ ...request, events: silent });
  await loadEngine(engine, desired, generation);
  const specDigestOf = (id: ResourceId): string | undefined => engine.specDigest(id);
  return { ...observing(request, { desired, generation }), specDigestOf, digest };
}

async function engineOf(
  request: EngineRequest,
  from: Pick<Read, "options" | "desired" | "generation">,
  prepared: Pick<PreparedUndo, "resources">,
): Promise<Engine> {
  const engine = createEngine(request);
  const graph = graphOfUndo(from, prepared, "notified");
  await loadEngine(engine, { ...from.desired, graph }, from.generation);
  return engine;
}

function silent(_event: EngineEvent): void {}
