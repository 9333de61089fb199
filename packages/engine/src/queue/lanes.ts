import { assert } from "@holdfast/core";
import { Fifo } from "./fifo.ts";

/** One item's way through the lanes it needs, in sorted order. */
interface Claim<T> {
  readonly item: T;
  readonly names: readonly string[];
  /** How many of them it has. */
  held: number;
}

interface Lane<T> {
  holder: Claim<T>;
  /** Made when an item has to wait: most lanes are of one resource alone. */
  waiting: Fifo<Claim<T>> | undefined;
  /** The holder was given up but may still be writing. */
  isStuck: boolean;
}

/** What came of asking for lanes: all are held, or the item waits for one of them, or one takes no more. */
export type Entry = "held" | "waiting" | "full";

/** How many may wait in one lane (C8). A resource waits once, so only a flood of operations comes near it. */
const MOST_WAITING = 10_000;

/**
 * Named queues of one at a time: what is in one lane never overlaps and goes in the order in which it came. An item may
 * need several lanes. It takes them one after the other in sorted order and keeps those it has, so that no two items
 * ever wait for each other.
 */
export class Lanes<T> {
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #mostWaiting: number;

  constructor(mostWaiting = MOST_WAITING) {
    this.#mostWaiting = mostWaiting;
  }

  /** Takes all the lanes when they are free; else the item waits, and `leave` says when it has them. `names` are sorted. */
  enter(names: readonly string[], item: T): Entry {
    const isFull = names.some((name) => this.#waitingIn(name) >= this.#mostWaiting);
    if (isFull) return "full";
    return this.#advance({ item, names, held: 0 }) ? "held" : "waiting";
  }

  /** Gives each lane to the item that has waited longest for it; returns the items that have all of theirs now. */
  leave(names: readonly string[], item: T): readonly T[] {
    return names.flatMap((name) => {
      const lane = this.#lanes.get(name);
      assert(lane?.holder.item === item, `lane ${name} is left by one who does not hold it`);
      const next = lane.waiting?.shift();
      if (next === undefined) {
        this.#lanes.delete(name);
        return [];
      }
      lane.holder = next;
      lane.isStuck = false;
      next.held += 1;
      return this.#advance(next) ? [next.item] : [];
    });
  }

  /** All items that wait for a lane. They have left the queue, and run soon. */
  get waiting(): readonly T[] {
    const claims = [...this.#lanes.values()].flatMap(({ waiting }) => waiting?.all() ?? []);
    return claims.map(({ item }) => item);
  }

  /** Takes those out of the line who need the same lanes and go along with their holder (a batch). */
  takeWaiting(names: readonly string[], wanted: (item: T) => boolean): readonly T[] {
    const line = this.#lanes.get(names[0] ?? "")?.waiting;
    const claims = line?.takeWhere((claim) => isSame(claim.names, names) && wanted(claim.item));
    return claims?.map(({ item }) => item) ?? [];
  }

  /**
   * Marks lanes as held by work that was given up. Returns all items that waited for one of them, and those who have
   * all of theirs now because such a one gave up what it had.
   */
  markStuck(names: readonly string[]): {
    readonly dropped: readonly T[];
    readonly ready: readonly T[];
  } {
    const dropped: Claim<T>[] = [];
    for (const name of names) {
      const lane = this.#lanes.get(name);
      if (lane === undefined) continue;
      lane.isStuck = true;
      dropped.push(...(lane.waiting?.takeWhere(() => true) ?? []));
    }
    const ready = dropped.flatMap((claim) =>
      this.leave(claim.names.slice(0, claim.held), claim.item),
    );
    return { dropped: dropped.map(({ item }) => item), ready };
  }

  /** The item that blocks one of the lanes with work that was given up; `undefined` when none does. */
  stuckHolder(names: readonly string[]): T | undefined {
    const name = names.find((one) => this.#lanes.get(one)?.isStuck === true);
    return name === undefined ? undefined : this.#lanes.get(name)?.holder.item;
  }

  #waitingIn(name: string): number {
    return this.#lanes.get(name)?.waiting?.length ?? 0;
  }

  /** Takes what is free of the rest; false when it has to wait for one of them. */
  #advance(claim: Claim<T>): boolean {
    for (; claim.held < claim.names.length; claim.held += 1) {
      const name = claim.names[claim.held] ?? "";
      const lane = this.#lanes.get(name);
      if (lane !== undefined) {
        lane.waiting ??= new Fifo();
        lane.waiting.push(claim);
        return false;
      }
      this.#lanes.set(name, { holder: claim, waiting: undefined, isStuck: false });
    }
    return true;
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}
