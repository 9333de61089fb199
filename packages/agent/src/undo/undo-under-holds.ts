import {
  type Hold,
  type Ledger,
  type ResourceId,
  type Result,
  throwIfAborted,
} from "@holdfast/core";
import { leftBy } from "./changed-since.ts";
import { UNSTOPPED } from "./unstopped.ts";
import { graphOfUndo, isDone, type PreparedUndo, type UndoParts } from "./undo.ts";

type HoldingParts = Pick<UndoParts, "options" | "parts" | "specDigestOf" | "planOf" | "desired">;
type Undoing = PreparedUndo["chosen"];
type Holds = ReadonlyMap<ResourceId, Hold | undefined>;

/**
 * Undoes: holds first, so that the next pass does not do again what is undone, and that a start after a crash ends what was
 * begun. A change that could not be undone is not held. `signal` stops it only before it begins, and `run` has its own: what was
 * begun is put on record to its end, whoever has gone meanwhile.
 */
export async function undoUnderHolds(
  from: HoldingParts,
  prepared: PreparedUndo,
  { run, why }: { readonly run: () => Promise<readonly Result[]>; readonly why: Hold["why"] },
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const { ledger } = from.parts;
  throwIfAborted(signal);
  const undoing = inOrder(from, prepared);
  const standing = new Map(undoing.map(({ id }) => [id, ledger.hold(id)] as const));
  const ends = from.options.graceEnds ?? UNSTOPPED;
  try {
    await putDown(from, undoing, { standing, why }, ends);
  } catch (error) {
    await giveBack(ledger, standing, ends);
    throw error;
  }
  // Should it fail, nobody knows what was done: it stays pending, and the next start ends it.
  const results = await run();
  const undone = new Set(results.filter(isDone).map(({ id }) => id));
  for (const { id, change } of undoing) {
    if (undone.has(id)) await ledger.undone(id, change.op, ends);
    else if (why === "undone") await ledger.putHold(id, standing.get(id), ends);
  }
  await noteLeft(from, undone, ends);
  return results;
}

async function putDown(
  { parts: { ledger, clock }, specDigestOf }: HoldingParts,
  undoing: Undoing,
  { standing, why }: { readonly standing: Holds; readonly why: Hold["why"] },
  signal: AbortSignal,
): Promise<void> {
  const atMs = clock.wallMs();
  for (const { id, change, newest } of undoing) {
    const before = standing.get(id);
    const specDigest = specDigestOf?.(id) ?? before?.specDigest ?? newest.specDigest;
    const left = before?.left === undefined ? {} : { left: before.left };
    const hold = { specDigest, op: change.op, atMs, why, ...left };
    await ledger.putHold(id, { ...hold, isPending: true }, signal);
  }
}

/** What was held before is held, and nothing else. */
async function giveBack(
  ledger: Pick<Ledger, "putHold">,
  holds: Holds,
  signal: AbortSignal,
): Promise<void> {
  for (const [id, hold] of holds) await ledger.putHold(id, hold, signal);
}

/** What can be undone, each after what it needs: of what a crash cuts off, the first part can be undone without the rest. */
function inOrder(from: HoldingParts, prepared: PreparedUndo): Undoing {
  const { order, resources } = graphOfUndo(from, prepared, "notified");
  const chosen = new Map(prepared.chosen.map((one) => [one.id, one]));
  const ids = new Set(prepared.resources.map(({ id }) => id));
  return Array.from(order).flatMap((vertex) => {
    const id = resources[vertex]?.id;
    return id === undefined || !ids.has(id) ? [] : (chosen.get(id) ?? []);
  });
}

/** Keeps how what was undone is now: by that a later undo sees what somebody changed since. */
export async function noteLeft(
  { parts: { ledger }, planOf, desired }: Pick<HoldingParts, "parts" | "planOf" | "desired">,
  undone: ReadonlySet<ResourceId>,
  signal: AbortSignal,
): Promise<void> {
  const ids = new Set([...undone].filter((id) => desired.graph.vertexOf(id) !== undefined));
  if (ids.size === 0) return;
  const { actions } = await planOf(ids, signal);
  for (const { id, changes } of actions) {
    const hold = ledger.hold(id);
    if (hold !== undefined) await ledger.putHold(id, { ...hold, left: leftBy(changes) }, signal);
  }
}
