import { assert } from "@holdfast/core";
import { Fifo } from "./fifo.ts";

interface Lane<T> {
  holder: T;
  /** Made when somebody has to wait: most lanes are of one resource alone. */
  waiting: Fifo<T> | undefined;
  /** The holder was given up but may still be writing. */
  isStuck: boolean;
}

/** Named queues of one at a time: what is in one lane never overlaps and goes in the order in which it came. */
export class Lanes<T> {
  readonly #lanes = new Map<string, Lane<T>>();

  /** Takes the lane when it is free; else the item waits its turn, which `leave` announces. */
  enter(name: string, item: T): boolean {
    const lane = this.#lanes.get(name);
    if (lane === undefined) {
      this.#lanes.set(name, { holder: item, waiting: undefined, isStuck: false });
      return true;
    }
    lane.waiting ??= new Fifo();
    lane.waiting.push(item);
    return false;
  }

  /** Gives the lane to whoever has waited longest and returns that item; `undefined` when nobody waits. */
  leave(name: string, item: T): T | undefined {
    const lane = this.#lanes.get(name);
    assert(lane?.holder === item, `lane ${name} is left by one who does not hold it`);
    const next = lane.waiting?.shift();
    if (next === undefined) this.#lanes.delete(name);
    else {
      lane.holder = next;
      lane.isStuck = false;
    }
    return next;
  }

  /** Takes those out of the line that go along with the holder (a group). */
  takeWaiting(name: string, wanted: (item: T) => boolean): readonly T[] {
    return this.#lanes.get(name)?.waiting?.takeWhere(wanted) ?? [];
  }

  /** Marks the lane as held by work that was given up; returns everybody who waited for it. */
  markStuck(name: string): readonly T[] {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return [];
    lane.isStuck = true;
    return lane.waiting?.takeWhere(() => true) ?? [];
  }

  /** Who blocks the lane with work that was given up; `undefined` when nobody does. */
  stuckHolder(name: string): T | undefined {
    const lane = this.#lanes.get(name);
    return lane?.isStuck === true ? lane.holder : undefined;
  }
}
