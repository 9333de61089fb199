import {
  type EventSink,
  Fault,
  formatLocation,
  type Log,
  type Orphan,
  type Plan,
  throwIfAborted,
  withoutLocations,
} from "@holdfast/core";
import { boundedLedger, Engine, type RunObserver } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import { type Desired, loadDesired } from "../desired.ts";
import { keepDeclared } from "../removal/keep-declared.ts";
import { type WithRemovals, withRemovals } from "../removal/with-removals.ts";
import { createRefusals } from "./refusals.ts";

/** What an engine of an agent is made with. */
export interface EngineRequest {
  readonly options: AgentOptions;
  readonly parts: AgentParts;
  readonly events: EventSink;
  readonly observer?: RunObserver | undefined;
  /** The name of the run. Default: it writes nothing that would have one. */
  readonly run?: string;
}

/** An engine that knows what is declared. */
export interface PreparedEngine extends Accepted {
  readonly engine: Engine;
}

/** What an engine takes of a desired state. */
export interface LoadedDesired extends Pick<Desired, "graph" | "secrets" | "detectOnly"> {
  /** The name of its manifest. */
  readonly name: string;
  /** The digest of its manifest. */
  readonly digest: string;
}

/** A desired state that the ledger knows of. It is kept for long, and no longer knows where it was written. */
export interface Accepted {
  readonly desired: LoadedDesired;
  readonly generation: number;
  readonly digest: string;
  /** What left the manifest and stays. */
  readonly orphans: readonly Orphan[];
}

/** Reads the source and gives it to an engine that may write. */
export async function prepareEngine(
  request: EngineRequest,
  signal: AbortSignal,
): Promise<PreparedEngine> {
  const { options, parts } = request;
  const { isShrinkAllowed = false } = options;
  await parts.policy.load(signal);
  warnOfTrust(request);
  const loaded = await loadDesired(options, signal);
  throwIfAborted(signal);
  const desired = withRemovals(loaded, { options, ledger: parts.ledger, isShrinkAllowed });
  warnOf(desired, options.log);
  const engine = createEngine(request);
  const { digest } = desired.manifest;
  const generation = parts.ledger.generationOf(desired.manifest);
  try {
    await keepDeclared(desired, { ledger: parts.ledger, catalog: options.catalog }, signal);
    await parts.ledger.accept({ digest, generation }, signal);
  } catch (error) {
    // An agent that cannot record it can still observe, and the next start counts the same.
    if (signal.aborted || !(error instanceof Fault)) throw error;
    const { reason, message } = error;
    options.log.warn("the generation cannot be put on record", { reason, message });
  }
  return { engine, ...(await loadAccepted(engine, desired, generation)) };
}

/**
 * Puts another desired state on record and gives it to an engine that has one.
 * @throws {Fault} what the ledger throws; then the engine keeps the one it has.
 */
export async function acceptDesired(
  { ledger, clock, catalog }: Pick<AgentParts, "ledger" | "clock"> & Pick<AgentOptions, "catalog">,
  { engine, desired }: { readonly engine: Engine; readonly desired: WithRemovals },
  signal: AbortSignal,
): Promise<Accepted> {
  const { digest } = desired.manifest;
  const generation = ledger.generationOf(desired.manifest);
  // The fault goes to the giver of the desired state; it is no condition of its own.
  const bounded = boundedLedger({ ledger, clock, events: () => {} });
  await keepDeclared(desired, { ledger: bounded, catalog }, signal);
  await bounded.accept({ digest, generation }, signal);
  return await loadAccepted(engine, desired, generation);
}

async function loadAccepted(
  engine: Engine,
  { graph, detectOnly, secrets, manifest: { digest, name }, removals: { orphans } }: WithRemovals,
  generation: number,
): Promise<Accepted> {
  const kept = withoutLocations(graph);
  const accepted = { graph: kept, detectOnly, name, digest, ...(secrets && { secrets }) };
  await loadEngine(engine, accepted, generation);
  return { desired: accepted, generation, digest, orphans };
}

/** Compares everything, writes nothing. */
export async function planOnce(request: EngineRequest, signal: AbortSignal): Promise<Plan> {
  const { options, parts } = request;
  const { isShrinkAllowed = false } = options;
  await parts.policy.load(signal);
  const loaded = await loadDesired(options, signal);
  const desired = withRemovals(loaded, { options, ledger: parts.ledger, isShrinkAllowed });
  const { manifest, diagnostics } = desired;
  const engine = createEngine(request);
  const generation = parts.ledger.generationOf(manifest);
  const { name, digest } = manifest;
  await loadEngine(engine, { ...desired, name, digest }, generation);
  const plan = await engine.plan(signal);
  const { orphans } = desired.removals;
  const origin = parts.approvals.origin(digest);
  return { ...plan, origin, diagnostics, ...(orphans.length === 0 ? {} : { orphans }) };
}

/** Finds what left the manifest and stays, out of source and ledger; the machine is not observed. */
export async function orphansOf(
  { options, parts: { ledger } }: Pick<EngineRequest, "options" | "parts">,
  signal: AbortSignal,
): Promise<readonly Orphan[]> {
  const loaded = await loadDesired(options, signal);
  const { isShrinkAllowed = false } = options;
  return withRemovals(loaded, { options, ledger, isShrinkAllowed }).removals.orphans;
}

/** Gives a desired state to an engine. */
export async function loadEngine(
  engine: Engine,
  desired: LoadedDesired,
  generation: number,
): Promise<void> {
  const { graph, detectOnly, secrets, name: manifest, digest } = desired;
  const from = { graph, detectOnly, generation, manifest, digest };
  await engine.load({ ...from, ...(secrets && { secrets }) });
}

/** Without a trust list that is followed everything goes on but what needs an approval. */
function warnOfTrust({ options, parts }: Pick<EngineRequest, "options" | "parts">): void {
  const { condition } = parts.approvals;
  if (condition === undefined) return;
  const { reason, message, resolution } = condition;
  options.log.warn("the trust list is not followed", { reason, message, resolution });
}

/** Warnings go to the log; mistakes have been thrown before. */
export function warnOf({ diagnostics }: Desired, log: Log): void {
  for (const { address, location, summary, detail } of diagnostics) {
    const at = location === undefined ? {} : { at: formatLocation(location) };
    log.warn(`${summary}: ${detail}`, { address, ...at });
  }
}

/** An engine that knows nothing yet. */
export function createEngine({ options, parts, events, observer, run }: EngineRequest): Engine {
  const { catalog, facts, root, rootExec, log, mode, graceEnds } = options;
  const { parallel, resourceTimeoutMs, maxRetries } = options;
  return new Engine(
    {
      ...parts,
      log,
      catalog,
      observer,
      run,
      events,
      agentId: facts.stableId?.value ?? facts.hostname,
      refusalOf: createRefusals({ catalog, platform: facts.os, root, rootExec }),
      mode,
      graceEnds,
    },
    {
      ...(parallel === undefined ? {} : { parallel }),
      ...(resourceTimeoutMs === undefined ? {} : { resourceTimeoutMs }),
      ...(maxRetries === undefined ? {} : { attempts: maxRetries }),
    },
  );
}
