import type { ResourceId } from "../id.ts";
import type { AppliedChange, HalfChange, Hold, UnconfirmedChange } from "../ports/kept/changes.ts";
import type { Intent, Outcome } from "../ports/ledger.ts";

/** So many changes of one resource are remembered, */
const MOST_OF_ONE = 5;
/** and so many of all together. */
const MOST = 10_000;

/**
 * Which changes can be undone, and what is held: as the records of a ledger fold to it. Both the ledger on the disk and the
 * one in memory keep theirs here. Bounded: the oldest change of the resource that changed longest ago goes first.
 */
export class ChangeMemory {
  /** Those that changed longest ago first. */
  readonly #changes = new Map<ResourceId, readonly AppliedChange[]>();
  readonly #holds = new Map<ResourceId, Hold>();
  readonly #unconfirmed = new Map<string, UnconfirmedChange>();
  readonly #half = new Map<ResourceId, HalfChange>();
  #size = 0;

  /** How many changes and holds there are. */
  get size(): number {
    return this.#size + this.#holds.size + this.#unconfirmed.size + this.#half.size;
  }

  /** The changes of a resource, oldest first. */
  of(id: ResourceId): readonly AppliedChange[] {
    return this.#changes.get(id) ?? [];
  }

  /** Those of all. */
  all(): Iterable<readonly [id: ResourceId, changes: readonly AppliedChange[]]> {
    return this.#changes;
  }

  /** The holds. */
  holds(): ReadonlyMap<ResourceId, Hold> {
    return this.#holds;
  }

  /** What is undone unless it is confirmed. */
  unconfirmed(): Iterable<UnconfirmedChange> {
    return this.#unconfirmed.values();
  }

  /** What is half done. */
  halves(): ReadonlyMap<ResourceId, HalfChange> {
    return this.#half;
  }

  /** Folds the beginning of an attempt. */
  begin({ id, attempt: op, verb, specDigest, change }: Intent): void {
    if (change?.confirmWithinMs === undefined || verb === "refresh" || verb === "run") return;
    this.await({ ...change, id, op, verb, specDigest });
  }

  /** A change waits to be confirmed. */
  await(change: UnconfirmedChange): void {
    this.#unconfirmed.set(change.op, change);
  }

  /** It waits no longer. */
  confirm(op: string): void {
    this.#unconfirmed.delete(op);
  }

  /** Folds the end of an attempt whose intent said what it began. */
  finish(intent: Intent | undefined, outcome: Exclude<Outcome, { readonly type: "ran" }>): void {
    const { id, attempt: op } = outcome;
    if (outcome.type === "done" && intent?.verb !== "refresh") this.#half.delete(id);
    if (intent?.change === undefined || intent.verb === "refresh" || intent.verb === "run") return;
    const { verb, change } = intent;
    if (outcome.type === "failed") {
      const { fingerprint } = outcome;
      if (fingerprint !== undefined) this.leave(id, { before: change.before, fingerprint });
      return;
    }
    const { specDigest, fingerprint, provenance } = outcome;
    this.add(id, { op, ...change, verb, specDigest, fingerprint, provenance });
  }

  /** Adds the newest change of a resource. */
  add(id: ResourceId, change: AppliedChange): void {
    const before = this.of(id);
    const kept = [...before, change].slice(-MOST_OF_ONE);
    this.#set(id, kept);
    while (this.#size > MOST) this.#dropOldest();
  }

  /** An attempt left something half done. */
  leave(id: ResourceId, half: HalfChange): void {
    this.#half.delete(id);
    this.#half.set(id, half);
    const [oldest] = this.#half.keys();
    if (this.#half.size > MOST && oldest !== undefined) this.#half.delete(oldest);
  }

  /** Nothing is known any more of what was left of a resource. */
  forget(id: ResourceId): void {
    this.#half.delete(id);
  }

  /** Puts a hold on a resource, or takes it away. */
  hold(id: ResourceId, hold: Hold | undefined): void {
    if (hold === undefined) this.#holds.delete(id);
    else this.#holds.set(id, hold);
  }

  /** A new generation: what was undone may be done again. What is still to be undone is undone first. */
  liftHolds(): void {
    for (const [id, { isPending }] of this.#holds) if (isPending !== true) this.#holds.delete(id);
  }

  /** The change, and every later one of its resource, is undone; a hold that waited for that stands. */
  undone(id: ResourceId, op: string): void {
    for (const [one, change] of this.#unconfirmed)
      if (change.id === id) this.#unconfirmed.delete(one);
    this.#half.delete(id);
    const at = this.of(id).findIndex((change) => change.op === op);
    if (at !== -1) this.#set(id, this.of(id).slice(0, at));
    // How it was left before is no news any more.
    const { isPending: _, left: _left, ...hold } = this.#holds.get(id) ?? {};
    if (isHoldOf(hold, op)) this.#holds.set(id, hold);
  }

  #set(id: ResourceId, changes: readonly AppliedChange[]): void {
    this.#size += changes.length - this.of(id).length;
    this.#changes.delete(id);
    if (changes.length > 0) this.#changes.set(id, changes);
  }

  #dropOldest(): void {
    for (const [id, changes] of this.#changes) {
      this.#size -= 1;
      if (changes.length === 1) this.#changes.delete(id);
      else this.#changes.set(id, changes.slice(1));
      return;
    }
  }
}

function isHoldOf(hold: Partial<Hold>, op: string): hold is Hold {
  return hold.op === op;
}
