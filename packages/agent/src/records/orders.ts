import type { AgentOrder, Pause, Requester } from "@holdfast/core";
import type { LettingGo } from "../removal/let-go.ts";
import type { Resolution } from "../resolve-key.ts";

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

function askedBy(requester: Requester | undefined): Pick<AgentOrder, "requester"> {
  return requester === undefined ? {} : { requester };
}
