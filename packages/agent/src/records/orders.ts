import { type AgentOrder, type Pause, type Requester, unreachable } from "@holdfast/core";
import type { ApplyReport } from "../agent.ts";
import type { ConfirmedChange } from "../undo/changes-to-confirm.ts";
import type { LettingGo } from "../removal/let-go.ts";
import type { Resolution } from "../resolve-key.ts";
import type { HoldsToLift } from "../undo/lift-holds.ts";
import type { UndoRequest } from "../undo/undo-request.ts";

/** What was done to what the ledger remembers, one order for each resource, so that the history of each has it. */
export function ordersOfLettingGo({ ids, as, requester }: LettingGo): readonly AgentOrder[] {
  return ids.map((id) => ({ order: as, id, ...askedBy(requester) }));
}

/** How a one-shot was settled. */
export function orderOfResolution({ key, as, requester }: Resolution): AgentOrder {
  const outcome = as === "done" ? "it was done" : "it will run again";
  const detail = `${key ?? "all keys that the ledger has lost"}: ${outcome}`;
  return { order: "resolve", detail, ...askedBy(requester) };
}

/** A pause, or its end (`undefined`). */
export function orderOfPause(
  pause: Pause | undefined,
  requester: Requester | undefined,
): AgentOrder {
  if (pause === undefined) return { order: "resume", ...askedBy(requester) };
  const { reason } = pause;
  const detail = reason === undefined ? {} : { detail: reason };
  return { order: "pause", ...detail, ...askedBy(requester) };
}

/** What was undone, one order for each resource. */
export function ordersOfUndo(
  { selector, requester }: UndoRequest,
  { results }: Pick<ApplyReport, "results">,
): readonly AgentOrder[] {
  const detail = undoWords(selector);
  return results.map(({ id }) => ({ order: "undo", id, detail, ...askedBy(requester) }));
}

/** Which changes a person confirmed. */
export function ordersOfConfirming(
  confirmed: readonly ConfirmedChange[],
  requester: Requester | undefined,
): readonly AgentOrder[] {
  return confirmed.map(({ id, op }) => ({
    order: "confirm",
    id,
    detail: op,
    ...askedBy(requester),
  }));
}

/** What may be done again after an undo. */
export function ordersOfLifting({ ids, requester }: HoldsToLift): readonly AgentOrder[] {
  return ids.map((id) => ({ order: "resume", id, ...askedBy(requester) }));
}

function undoWords(selector: UndoRequest["selector"]): string {
  switch (selector.type) {
    case "op":
      return selector.op;
    case "last":
      return "the last change";
    case "run":
      return `all of ${selector.run}`;
    case "since":
      return `all since ${new Date(selector.atMs).toISOString()}`;
    default:
      return unreachable(selector);
  }
}

function askedBy(requester: Requester | undefined): Pick<AgentOrder, "requester"> {
  return requester === undefined ? {} : { requester };
}
