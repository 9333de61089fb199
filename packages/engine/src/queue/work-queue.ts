import { assert } from "@holdfast/core";
import { Fifo } from "./fifo.ts";
import { type Hint, type HintSet, mergeHint } from "./hint.ts";

/** What the queue keeps with each item; only the queue changes it. */
export interface Work {
  /** Hints that wait for a run; `undefined` when none do. */
  hints: HintSet | undefined;
  /** Those of the run that is under way; `undefined` while there is none. */
  underWay: HintSet | undefined;
  isInLine: boolean;
  /** How many direct dependencies are to be run or running. */
  busyDependencies: number;
}

/** Something that can be queued: its work and its place in the graph. */
export interface Queueable<T> {
  readonly work: Work;
  /** Items with the same word can be read in bulk together. */
  readonly bulk: string;
  readonly dependencies: readonly T[];
  readonly dependents: readonly T[];
}

/** The work of an item that was not asked for yet. */
export function idleWork(): Work {
  return { hints: undefined, underWay: undefined, isInLine: false, busyDependencies: 0 };
}

/**
 * The fair queue of resources to observe. Its promises: an item is never processed twice at once; hints before
 * processing are one run that keeps the set of their kinds; a hint during processing is one more run after it; an item
 * is not given out while a direct dependency is to be run or running; nothing is ever dropped.
 */
export class WorkQueue<T extends Queueable<T>> {
  readonly #line = new Fifo<T>();
  readonly #inLineByBulk = new Map<string, Set<T>>();
  #busy = 0;

  /** True when nothing is to be run and nothing is running. */
  get isIdle(): boolean {
    return this.#busy === 0;
  }

  /** The items of one bulk word that stand in line: they will run soon and may be read together. */
  inLine(bulk: string): ReadonlySet<T> {
    return this.#inLineByBulk.get(bulk) ?? EMPTY;
  }

  add(item: T, hint: Hint): void {
    const wasBusy = isBusy(item);
    item.work.hints = mergeHint(item.work.hints, hint);
    if (!wasBusy) this.#becomeBusy(item);
    this.#lineUp(item);
  }

  /** The item that has waited longest and may run, with the hints that asked for it; `undefined` when none may. */
  take(): { readonly item: T; readonly hints: HintSet } | undefined {
    for (let item = this.#line.shift(); item !== undefined; item = this.#line.shift()) {
      item.work.isInLine = false;
      this.#inLineByBulk.get(item.bulk)?.delete(item);
      const { hints } = item.work;
      const { underWay, busyDependencies } = item.work;
      if (hints === undefined || underWay !== undefined || busyDependencies > 0) continue;
      item.work.hints = undefined;
      item.work.underWay = hints;
      return { item, hints };
    }
    return undefined;
  }

  /** Ends the processing of an item; hints that came meanwhile are its next run. */
  done(item: T): void {
    assert(item.work.underWay !== undefined, "only what is processed can be done");
    item.work.underWay = undefined;
    if (item.work.hints === undefined) this.#becomeFree(item);
    else this.#lineUp(item);
  }

  /** Forgets what waits for an item that left the graph; what is running goes on. */
  forget(item: T): void {
    if (item.work.hints === undefined) return;
    item.work.hints = undefined;
    if (item.work.underWay === undefined) this.#becomeFree(item);
  }

  /**
   * Counts busy dependencies afresh after the edges changed. Every item of the graph must be given, once, with its new
   * edges in place.
   */
  recount(items: Iterable<T>): void {
    for (const item of items) {
      const { dependencies } = item;
      item.work.busyDependencies =
        dependencies.length === 0 ? 0 : dependencies.filter(isBusy).length;
      this.#lineUp(item);
    }
  }

  #becomeBusy(item: T): void {
    this.#busy += 1;
    for (const dependent of item.dependents) dependent.work.busyDependencies += 1;
  }

  #becomeFree(item: T): void {
    this.#busy -= 1;
    for (const dependent of item.dependents) {
      dependent.work.busyDependencies -= 1;
      this.#lineUp(dependent);
    }
  }

  #lineUp(item: T): void {
    const { hints, isInLine, underWay, busyDependencies } = item.work;
    if (hints === undefined || isInLine || underWay !== undefined || busyDependencies > 0) return;
    item.work.isInLine = true;
    this.#line.push(item);
    const together = this.#inLineByBulk.get(item.bulk);
    if (together) together.add(item);
    else this.#inLineByBulk.set(item.bulk, new Set([item]));
  }
}

const EMPTY: ReadonlySet<never> = new Set();

function isBusy<T>(item: Queueable<T>): boolean {
  return item.work.underWay !== undefined || item.work.hints !== undefined;
}
