import { type Clock, Fault, type Hash, throwIfAborted, type Secret } from "@holdfast/core";
import { directExecutor, type Executor } from "../provider/executor.ts";
import type { Plan } from "../provider/plan.ts";
import { eventsOnStandardError, type ProviderEventSink } from "../provider/provider-event.ts";
import type { Registry } from "../provider/registry.ts";
import type { StateStore } from "../state/state-store.ts";
import { levelsOf } from "./levels.ts";
import type { ProviderEntry } from "./provider-entry.ts";
import type { ProviderOutcome, RunMode } from "./provider-run.ts";
import { runProvider } from "./run-provider.ts";

/** What an orchestrator works with. */
export interface OrchestratorDependencies {
  readonly registry: Registry;
  readonly store: StateStore;
  readonly clock: Pick<Clock, "wallMs" | "monotonicMs">;
  readonly hash: Hash;
  /** Default: each action is done at once. */
  readonly execute?: Executor;
  /** Default: one line of JSON each on standard error. */
  readonly sink?: ProviderEventSink;
  /** The token of a provider; `resolveToken` finds it. Default: none has one. */
  readonly tokenOf?: (type: string) => Secret | undefined;
}

/** What a run is about. */
export interface RunOptions {
  readonly mode: RunMode;
  /** The directory that the roots of entries are below. */
  readonly directory: string;
  /** Only these types. Default: all. */
  readonly only?: ReadonlySet<string>;
  /** Nobody asked for it: only what has `autoApply` is applied (P4). Default false. */
  readonly isUnattended?: boolean;
  /** Plans that were made before, by type: exactly these are applied, or refused. */
  readonly retained?: ReadonlyMap<string, Plan>;
}

/** Whose dependents are skipped (P3). What is partial succeeded in part, and says what did not. */
const BLOCKS: ReadonlySet<ProviderOutcome["status"]> = new Set(["failed", "skipped"]);

/**
 * Runs providers, each after those that it depends on. The outcomes are in the order of the runs, one for each entry that was
 * asked for.
 * @throws {Fault} InputInvalid, when the entries have no order; what the signal was aborted with.
 */
export async function runProviders(
  entries: readonly ProviderEntry[],
  dependencies: OrchestratorDependencies,
  { options, signal }: { readonly options: RunOptions; readonly signal: AbortSignal },
): Promise<readonly ProviderOutcome[]> {
  const outcomes: ProviderOutcome[] = [];
  const roots = new Map<string, string>();
  for (const entry of orderOf(entries)) {
    throwIfAborted(signal);
    const outcome = await outcomeOf(entry, roots, { dependencies, options, signal });
    if (outcome === undefined) {
      if (!(await wasSynced(entry.type, dependencies.store))) roots.set(entry.type, entry.type);
      continue;
    }
    outcomes.push(outcome);
    const isBlocking = BLOCKS.has(outcome.status);
    const isWaitedFor =
      outcome.status === "suspended" && !(await wasSynced(entry.type, dependencies.store));
    if (isBlocking || isWaitedFor) roots.set(entry.type, outcome.root ?? entry.type);
  }
  return outcomes;
}

/** @returns `undefined` of one that was not asked for. */
async function outcomeOf(
  entry: ProviderEntry,
  roots: ReadonlyMap<string, string>,
  {
    dependencies,
    options,
    signal,
  }: {
    readonly dependencies: OrchestratorDependencies;
    readonly options: RunOptions;
    readonly signal: AbortSignal;
  },
): Promise<ProviderOutcome | undefined> {
  const { type } = entry;
  const { only, retained, isUnattended = false, directory } = options;
  if (only?.has(type) === false || retained?.has(type) === false) return undefined;
  if (entry.isSuspended) return { type, status: "suspended", results: [], warnings: [] };
  const blocking = entry.dependsOn.find((each) => roots.has(each));
  if (blocking !== undefined) return skippedOutcome(type, roots.get(blocking) ?? blocking);
  const { registry, store, clock, hash, tokenOf } = dependencies;
  const isHeld = isUnattended && !entry.autoApply && options.mode === "apply";
  const run = {
    provider: registry.get(type),
    entry,
    configPath: entry.root === "." ? directory : `${directory}/${entry.root}`,
    store,
    execute: dependencies.execute ?? directExecutor,
    clock,
    hash,
    sink: dependencies.sink ?? eventsOnStandardError,
    token: tokenOf?.(type),
    mode: isHeld ? "plan" : options.mode,
    retained: retained?.get(type),
  } as const;
  return runProvider(run, signal);
}

function orderOf(entries: readonly ProviderEntry[]): readonly ProviderEntry[] {
  const order = levelsOf(entries);
  if (order.type === "levels") return order.levels.flat();
  const message =
    order.type === "cycle"
      ? `providers depend on each other in a circle: ${order.members.join(" → ")}`
      : `${order.from} depends on ${order.to}, which is not there`;
  throw new Fault({
    reason: "InputInvalid",
    message,
    resolution: "Correct dependsOn.",
  });
}

async function wasSynced(type: string, store: StateStore): Promise<boolean> {
  try {
    const reading = await store.read(type);
    return reading.type !== "none" && reading.state.isSynced;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

function skippedOutcome(type: string, root: string): ProviderOutcome {
  const fault = new Fault({
    reason: "DependencyFailed",
    message: `${type} is skipped, because ${root} is not in order`,
    resolution: `Mend ${root} first.`,
  }).toJSON();
  return { type, status: "skipped", results: [], warnings: [], fault, root };
}
