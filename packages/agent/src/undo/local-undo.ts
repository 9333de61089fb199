import {
  type EngineEvent,
  type Plan,
  type ResourceId,
  type Result,
  summarize,
  unconfirmedChanges,
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
  convergeUndo,
  graphOfUndo,
  type PreparedUndo,
  prepareUndo,
  refuseParts,
  revertsFor,
  type UndoParts,
  undoResults,
  undoUnderHolds,
  withRefused,
} from "./undo.ts";
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
  const engine = await engineOf(request, from, prepared);
  const { clock } = request.parts;
  const startedAtMs = clock.monotonicMs();
  const run = (): Promise<readonly Result[]> => convergeUndo(engine, signal);
  const done = await undoUnderHolds(from, prepared, { run, why: "undone" }, signal);
  const results = undoResults(done, prepared.refused);
  const summary = summarize(results, clock.monotonicMs() - startedAtMs);
  const { generation, digest } = from;
  return { generation, digest, results, summary };
}

/**
 * Ends what an agent had begun to undo when it was killed, and puts back what nobody had confirmed, before anything else is done.
 * What cannot be ended now stays pending.
 */
export async function endUndo(
  request: EngineRequest,
  accepted: { readonly desired: LoadedDesired; readonly generation: number },
  signal: AbortSignal,
): Promise<void> {
  const { ledger } = request.parts;
  const pending = [...ledger.allHolds()].filter(([, { isPending }]) => isPending === true);
  const begun = pending.flatMap(([id, { op }]) => {
    const changes = ledger.changes(id);
    const change = changes.find((one) => one.op === op);
    const newest = changes.at(-1);
    return change === undefined || newest === undefined ? [] : [{ id, change, newest }];
  });
  const unconfirmed = unconfirmedChanges(ledger);
  const ids = new Set(unconfirmed.map(({ id }) => id));
  const chosen = [...unconfirmed, ...begun.filter(({ id }) => !ids.has(id))];
  const results = await putBackAlone(request, accepted, { chosen }, signal);
  const ended = new Set(results.map(({ id }) => id));
  for (const [id, { isPending: _, ...hold }] of pending) {
    if (ended.has(id)) continue;
    // It was undone just before the end, and forgotten; or it is not kept any more. Either way there is nothing left to do.
    await ledger.putHold(id, hold, signal);
    const { log } = request.options;
    log.warn("an undo that was cut off leaves this as it is now", { id, op: hold.op });
  }
}

/**
 * Puts back changes by an engine that does nothing else.
 * @returns those that were.
 */
export async function putBackAlone(
  request: EngineRequest,
  { desired, generation }: { readonly desired: LoadedDesired; readonly generation: number },
  { chosen }: Pick<PreparedUndo, "chosen">,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const { parts, options } = request;
  const planOf: UndoParts["planOf"] = async (ids, asked) => {
    const engine = createEngine({ ...request, events: silent });
    await loadEngine(engine, desired, generation);
    return await engine.plan(asked, { ids });
  };
  const from = { options, parts, desired, generation, planOf };
  const { resources } = await revertsFor(from, chosen, "reverted", signal);
  const prepared = { chosen, resources, refused: [] };
  const engine = await engineOf(request, from, prepared);
  const run = (): Promise<readonly Result[]> => convergeUndo(engine, signal);
  return await undoUnderHolds(from, prepared, { run, why: "reverted" }, signal);
}

interface Read extends UndoParts {
  readonly options: EngineRequest["options"];
  readonly parts: EngineRequest["parts"];
  readonly generation: number;
  readonly digest: string;
}

async function read(request: EngineRequest, signal: AbortSignal): Promise<Read> {
  const { options, parts } = request;
  const { ledger } = parts;
  await parts.policy.load(signal);
  const loaded = await loadDesired(options, signal);
  const whole = withRemovals(loaded, { options, ledger, isShrinkAllowed: false });
  const { manifest } = whole;
  const desired = { ...whole, name: manifest.name, digest: manifest.digest };
  const generation = ledger.generationOf(manifest);
  const engine = createEngine({ ...request, events: silent });
  await loadEngine(engine, desired, generation);
  const planOf: UndoParts["planOf"] = (ids, asked) => engine.plan(asked, { ids });
  const planGraph: UndoParts["planGraph"] = async (graph, asked) => {
    const other = createEngine({ ...request, events: silent });
    await loadEngine(other, { ...desired, graph }, generation);
    return await other.plan(asked);
  };
  const specDigestOf = (id: ResourceId): string | undefined => engine.specDigest(id);
  return {
    options,
    parts,
    desired,
    planOf,
    planGraph,
    specDigestOf,
    generation,
    digest: manifest.digest,
  };
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
