import {
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
import type { AgentParts } from "../agent-parts.ts";
import { changedSince, type ObservingParts } from "./changed-since.ts";
import { openBytes } from "./open-bytes.ts";
import type { UndoRequest } from "./undo-request.ts";

/** What undoing works with. */
export interface UndoParts extends ObservingParts {
  readonly parts: Pick<AgentParts, "ledger" | "preimages" | "clock">;
  /** The digest of what is declared of it; `undefined`: nothing is. Default: it is held as it was changed last. */
  readonly specDigestOf?: (id: ResourceId) => string | undefined;
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
  const made = await revertsFor(from, chosen, "undone", signal);
  const changed = await changedSince(from, { chosen, reverts: made.resources }, signal);
  const untouched = chosen.filter(({ id }) => !changed.has(id));
  const others = chosen
    .filter(({ id }) => changed.has(id))
    .map(({ id, change: { op } }) => ({ id, op, fault: changedByOthers(id, op) }));
  return {
    chosen: untouched,
    resources: made.resources.filter(({ id }) => !changed.has(id)),
    refused: [...refused, ...others, ...made.refused.filter(({ id }) => !changed.has(id))],
  };
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

/** Whether it is as it was to be. */
export function isDone({ status }: Result): boolean {
  return status === "ok" || status === "changed";
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
