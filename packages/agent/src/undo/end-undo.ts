import {
  type ChosenChange,
  type Hold,
  type Resource,
  type ResourceId,
  unconfirmedChanges,
} from "@holdfast/core";
import { createEngine, type EngineRequest, loadEngine } from "../engine/prepare-engine.ts";
import { changedSince } from "./changed-since.ts";
import { type AcceptedState, observing, putBackAlone, undoAlone } from "./local-undo.ts";
import { graphOfUndo, revertsFor, type UndoParts } from "./undo.ts";
import { noteLeft } from "./undo-under-holds.ts";

/**
 * Puts back what nobody had confirmed when an agent was killed, and ends what it had begun to undo, before anything else is done.
 * What cannot be ended now stays pending; what somebody has changed since stays as it is.
 */
export async function endUndo(
  request: EngineRequest,
  accepted: AcceptedState,
  signal: AbortSignal,
): Promise<void> {
  const { ledger } = request.parts;
  // An engine closes the attempts that were cut off.
  const cutOff = new Set(ledger.inFlight().map(({ id }) => id));
  const chosen = unconfirmedChanges(ledger);
  if (chosen.length > 0) await putBackAlone(request, accepted, { chosen, why: "reverted" }, signal);
  const stillUnconfirmed = new Set(unconfirmedChanges(ledger).map(({ id }) => id));
  const pending = [...ledger.allHolds()].filter(
    ([id, { isPending }]) => isPending === true && !stillUnconfirmed.has(id),
  );
  if (pending.length === 0) return;
  const meant = await undoRest(request, accepted, { pending, cutOff }, signal);
  for (const [id, { isPending: _, ...hold }] of pending) {
    if (meant.has(id)) continue;
    // Nothing is left of it, it is not kept any more, or it is not as it was left: there is nothing left to do.
    await ledger.putHold(id, hold, signal);
    const { log } = request.options;
    log.warn("an undo that was cut off leaves this as it is now", { id, op: hold.op });
  }
}

interface Rest {
  readonly pending: readonly (readonly [ResourceId, Hold])[];
  /** What an attempt was at work on: how it is now is that attempt's doing. */
  readonly cutOff: ReadonlySet<ResourceId>;
}

/** Undoes what is pending and still as it was. Returns that, and what had been undone before. */
async function undoRest(
  request: EngineRequest,
  accepted: AcceptedState,
  { pending, cutOff }: Rest,
  signal: AbortSignal,
): Promise<ReadonlySet<ResourceId>> {
  const { ledger } = request.parts;
  const from = observing(request, accepted);
  const begun = pending.flatMap((one) => begunChange(ledger, one));
  const { resources } = await revertsFor(from, begun, "undone", signal);
  const back = await backAlready(request, from, resources);
  for (const { id, change } of begun) if (back.has(id)) await ledger.undone(id, change.op, signal);
  await noteLeft(from, back, signal);
  const open = resources.filter(({ id }) => !back.has(id));
  const unsure = begun.filter(({ id }) => !back.has(id) && !cutOff.has(id));
  const changed = await changedSince(from, { chosen: unsure, reverts: open }, signal);
  const left = open.filter(({ id }) => !changed.has(id));
  const ids = new Set(left.map(({ id }) => id));
  const chosen = begun.filter(({ id }) => ids.has(id));
  await undoAlone(request, from, { chosen, resources: left, refused: [], why: "undone" }, signal);
  return ids.union(back);
}

/** The change that was to be undone, unless another one has been made on top of it since. */
function begunChange(
  ledger: Pick<UndoParts["parts"]["ledger"], "changes">,
  [id, { op, atMs, why }]: readonly [ResourceId, Hold],
): readonly ChosenChange[] {
  const changes = ledger.changes(id);
  const change = changes.find((one) => one.op === op);
  const newest = changes.at(-1);
  if (change === undefined || newest === undefined || why !== "undone") return [];
  return newest.atMs > atMs ? [] : [{ id, change, newest }];
}

/**
 * What was undone to its end, although that the change is gone was not put on record: that was applied last, or nothing was
 * to be left there and nothing is known of it any more.
 */
async function backAlready(
  request: EngineRequest,
  from: UndoParts & Pick<AcceptedState, "generation">,
  reverts: readonly Resource[],
): Promise<ReadonlySet<ResourceId>> {
  const { ledger } = request.parts;
  const engine = createEngine({ ...request, events: () => {} });
  const graph = graphOfUndo(from, { resources: reverts }, "notified");
  await loadEngine(engine, { ...from.desired, graph }, from.generation);
  const back = reverts.filter(({ id, revert }) => {
    const last = ledger.lastApplied(id);
    if (last === undefined) return revert?.leaves === "nothing";
    return last.specDigest === engine.specDigest(id);
  });
  return new Set(back.map(({ id }) => id));
}
