import { Fault } from "../fault/fault.ts";
import type { ResourceId } from "../id.ts";
import type { AppliedChange, ChangeLedger } from "../ports/kept/changes.ts";

/** Which changes somebody wants undone. */
export type UndoSelector =
  | { readonly type: "op"; readonly op: string }
  /** All of the newest run that changed something. */
  | { readonly type: "last" }
  /** Of an agent that serves a run is all that one generation brought: its name, a dot and the generation. */
  | { readonly type: "run"; readonly run: string }
  | { readonly type: "since"; readonly atMs: number };

/** A resource that goes back to before a change. */
export interface ChosenChange {
  readonly id: ResourceId;
  /** The first that is undone; with it go all later ones of its resource. */
  readonly change: AppliedChange;
  /** The last of them: what the resource is now comes of it. */
  readonly newest: AppliedChange;
}

/** What is undone, and why other changes that were meant are not. */
export interface Choice {
  readonly chosen: readonly ChosenChange[];
  readonly refused: readonly RefusedChange[];
}

/** A change that cannot be undone. */
export interface RefusedChange {
  readonly id: ResourceId;
  readonly op: string;
  readonly fault: Fault;
}

/**
 * Finds the changes that a selector means. One on top of which another came is refused, unless that one is undone too.
 * Nothing is found where nothing is remembered. Pure.
 */
export function chooseChanges(
  ledger: Pick<ChangeLedger, "allChanges">,
  selector: UndoSelector,
): Choice {
  const all = [...ledger.allChanges()];
  const isMeant = meaningOf(all, selector);
  const chosen: ChosenChange[] = [];
  const refused: RefusedChange[] = [];
  for (const [id, changes] of all) {
    const first = changes.findIndex(isMeant);
    const [change, newest] = [changes[first], changes.at(-1)];
    if (change === undefined || newest === undefined) continue;
    const above = changes.slice(first).find((one) => !isMeant(one));
    if (above === undefined) chosen.push({ id, change, newest });
    else refused.push({ id, op: change.op, fault: coveredBy(id, change, above) });
  }
  return { chosen, refused };
}

/**
 * The changes that nobody has confirmed, with all later ones of their resources. One that failed is not among those that were
 * made. Pure.
 */
export function unconfirmedChanges(
  ledger: Pick<ChangeLedger, "changes" | "unconfirmed">,
): readonly ChosenChange[] {
  const chosen = new Map<ResourceId, ChosenChange>();
  for (const { id, confirmWithinMs: _, ...begun } of ledger.unconfirmed()) {
    // The first of a resource knows what was there before all of them.
    if (chosen.has(id)) continue;
    const change = { ...begun, fingerprint: "", provenance: "adopted" } as const;
    const made = ledger.changes(id);
    const known = made.find(({ op }) => op === begun.op) ?? change;
    chosen.set(id, { id, change: known, newest: made.at(-1) ?? change });
  }
  return [...chosen.values()];
}

type Changes = readonly (readonly [id: ResourceId, changes: readonly AppliedChange[]])[];

function meaningOf(all: Changes, selector: UndoSelector): (change: AppliedChange) => boolean {
  switch (selector.type) {
    case "op":
      return ({ op }) => op === selector.op;
    case "run":
      return ({ run }) => run === selector.run || run?.startsWith(`${selector.run}.`) === true;
    case "since":
      return ({ atMs }) => atMs >= selector.atMs;
    case "last": {
      const newest = newestOf(all);
      const named = newest?.run;
      return ({ op, run }) => (named === undefined ? op === newest?.op : run === named);
    }
  }
}

function newestOf(all: Changes): AppliedChange | undefined {
  let newest: AppliedChange | undefined;
  for (const [, changes] of all) {
    const last = changes.at(-1);
    if (last !== undefined && (newest === undefined || last.atMs >= newest.atMs)) newest = last;
  }
  return newest;
}

function coveredBy(id: ResourceId, { op }: AppliedChange, above: AppliedChange): Fault {
  return new Fault({
    reason: "UndoRefused",
    message: `${op} of ${id} is not undone: ${above.op} changed it again after it`,
    resolution: `Undo ${above.op} first, or both at once with --since.`,
  });
}
