import {
  type AppliedChange,
  chooseChanges,
  type ChosenChange,
  Fault,
  type Graph,
  graphOfReverts,
  type Hold,
  type Plan,
  type PlannedAction,
  type RefusedChange,
  type Resource,
  type ResourceId,
  type Result,
  revertsOf,
  type UndoSelector,
} from "@holdfast/core";
import type { Engine } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import type { LoadedDesired } from "../engine/prepare-engine.ts";
import { openBytes } from "./open-bytes.ts";
import type { UndoRequest } from "./undo-request.ts";

/** What undoing works with. */
export interface UndoParts {
  readonly options: Pick<AgentOptions, "catalog" | "log">;
  readonly parts: Pick<AgentParts, "ledger" | "preimages" | "clock">;
  /** What is declared. */
  readonly desired: LoadedDesired;
  /** What differs now of these resources from what is declared. */
  readonly planOf: (ids: ReadonlySet<ResourceId>, signal: AbortSignal) => Promise<Plan>;
}

/** Changes that can be undone, as resources. */
export interface PreparedUndo {
  readonly chosen: readonly ChosenChange[];
  readonly resources: readonly Resource[];
  readonly refused: readonly RefusedChange[];
}

/**
 * Finds what undoes the changes that somebody means. What others changed since is not touched.
 * @throws {Fault} NotFound, when no such change is remembered.
 */
export async function prepareUndo(
  from: UndoParts,
  { selector }: Pick<UndoRequest, "selector">,
  signal: AbortSignal,
): Promise<PreparedUndo> {
  const { ledger } = from.parts;
  const { chosen, refused } = chooseChanges(ledger, selector);
  if (chosen.length + refused.length === 0) throw nothingFound(selector);
  const changed = await changedSince(from, chosen, signal);
  const untouched = chosen.filter(({ id }) => !changed.has(id));
  const made = await revertsFor(from, untouched, "undone", signal);
  const others = chosen
    .filter(({ id }) => changed.has(id))
    .map(({ id, change: { op } }) => ({ id, op, fault: changedByOthers(id, op) }));
  return { ...made, chosen: untouched, refused: [...refused, ...others, ...made.refused] };
}

/** The resources that undo these changes. */
export async function revertsFor(
  { options, parts, desired }: Pick<UndoParts, "options" | "parts" | "desired">,
  chosen: readonly ChosenChange[],
  why: Hold["why"],
  signal: AbortSignal,
) {
  const { ledger, preimages } = parts;
  const { graph, secrets } = desired;
  const bytes = await openBytes(chosen, { preimages, ...(secrets && { secrets }) }, signal);
  return revertsOf({ chosen, graph, ledger, bytes, why, ...options });
}

/**
 * Refuses to undo a part where all was meant, and where nothing can be undone.
 * @throws {Fault} UndoRefused, with the first reason.
 */
export function refuseParts(
  { resources, refused }: PreparedUndo,
  { isPartial = false }: Pick<UndoRequest, "isPartial">,
): void {
  const [first] = refused;
  if (first === undefined || (isPartial && resources.length > 0)) return;
  const others = refused.length === 1 ? "" : ` (and ${refused.length - 1} more)`;
  const { message, resolution } = first.fault;
  throw new Fault({
    reason: "UndoRefused",
    message: `${message}${others}; nothing was undone`,
    resolution: resources.length === 0 ? resolution : `${resolution} --partial undoes the rest.`,
  });
}

/** The graph in which the changes are undone. */
export function graphOfUndo(
  { options, desired: { graph } }: Pick<UndoParts, "options" | "desired">,
  { resources }: Pick<PreparedUndo, "resources">,
  among: "notified" | "all",
): Graph {
  return graphOfReverts(resources, { graph, ...options }, among);
}

/**
 * Undoes: holds first, so that the next pass does not do again what is undone, and that a start after a crash ends what was
 * begun. A change that could not be undone is not held.
 */
export async function undoUnderHolds(
  { parts: { ledger, clock } }: Pick<UndoParts, "parts">,
  { chosen, resources }: PreparedUndo,
  { run, why }: { readonly run: () => Promise<readonly Result[]>; readonly why: Hold["why"] },
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const ids = new Set(resources.map(({ id }) => id));
  const undoing = chosen.filter(({ id }) => ids.has(id));
  const atMs = clock.wallMs();
  for (const { id, change, newest } of undoing) {
    const hold = holdOf(change, newest, { atMs, why });
    await ledger.putHold(id, { ...hold, isPending: true }, signal);
  }
  const results = await run();
  const undone = new Set(results.filter(isDone).map(({ id }) => id));
  for (const { id, change } of undoing) {
    if (undone.has(id)) await ledger.undone(id, change.op, signal);
    else if (why === "undone") await ledger.putHold(id, undefined, signal);
  }
  return results;
}

function isDone({ status }: Result): boolean {
  return status === "ok" || status === "changed";
}

function holdOf(
  { op }: AppliedChange,
  { specDigest }: AppliedChange,
  { atMs, why }: Pick<Hold, "atMs" | "why">,
): Hold {
  return { specDigest, op, atMs, why };
}

/** Which of them are not as they were left: what is declared and applied differs from what is there. */
async function changedSince(
  { desired: { graph }, planOf }: UndoParts,
  chosen: readonly ChosenChange[],
  signal: AbortSignal,
): Promise<ReadonlySet<ResourceId>> {
  const declared = chosen.filter(({ id }) => graph.vertexOf(id) !== undefined);
  if (declared.length === 0) return new Set();
  const { actions } = await planOf(new Set(declared.map(({ id }) => id)), signal);
  const differing = actions.filter(({ cause, changes }) => cause === "drift" && changes.length > 0);
  return new Set(differing.map(({ id }) => id));
}

function changedByOthers(id: ResourceId, op: string): Fault {
  return new Fault({
    reason: "UndoRefused",
    message: `${op} of ${id} is not undone: it is not as that change left it, somebody changed it since`,
    resolution: "See what changed with holdfast plan, and apply first or put it back by hand.",
  });
}

function nothingFound(selector: UndoSelector): Fault {
  const what =
    selector.type === "op"
      ? `no change ${selector.op} is remembered`
      : selector.type === "run"
        ? `no change of the run ${selector.run} is remembered`
        : "no change is remembered that could be undone";
  return new Fault({
    reason: "NotFound",
    message: what,
    resolution: "holdfast ledger --changes lists what can be undone.",
  });
}

/** The plan of an undo, with what cannot be undone in it. */
export function withRefused(plan: Plan, refused: readonly RefusedChange[]): Plan {
  const skipped = refused.map(({ id, fault }): PlannedAction => {
    const why = { fault: fault.toJSON(), reason: fault.message };
    return { id, verb: "skip", risk: "benign", cause: "intent", changes: [], ...why };
  });
  const { summary, actions } = plan;
  const counts = { ...summary, skip: summary.skip + skipped.length };
  return { ...plan, actions: [...actions, ...skipped], summary: counts };
}

/** What an undo came to, with what could not be undone. */
export function undoResults(
  results: readonly Result[],
  refused: readonly RefusedChange[],
): readonly Result[] {
  const denied = refused.map(({ id, fault }): Result => {
    const fields = { cause: "intent", changes: [], durationMs: 0 } as const;
    return { id, status: "denied", ...fields, fault: fault.toJSON() };
  });
  return [...results, ...denied];
}

/** @throws {Fault} why a resource was not put back. */
export function throwUnlessBack(
  id: ResourceId,
  results: readonly Result[],
  refused: readonly RefusedChange[],
): void {
  const [why] = refused;
  if (why !== undefined) throw why.fault;
  const result = results.find((one) => one.id === id);
  if (result !== undefined && isDone(result)) return;
  throw result?.fault === undefined ? notPutBack(id, result?.reason) : new Fault(result.fault);
}

function notPutBack(id: ResourceId, why = "it was not its turn"): Fault {
  return new Fault({
    reason: "UndoRefused",
    message: `${id} was not put back: ${why}`,
    resolution: "It is tried again.",
  });
}

/** Carries an undo out on an engine that works on nothing else. */
export async function convergeUndo(
  engine: Engine,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const { results } = await engine.converge(signal);
  return results;
}
