import type { Clock } from "@holdfast/core";

interface Timer {
  readonly atMs: number;
  readonly sequence: number;
  readonly callback: () => void;
}

/** How many turns without a timer are tried before the work is taken to be waiting for one. */
const SETTLE_TURNS = 2;

/**
 * A clock that only moves when asked. Timers ring in the order of their time, then of their making. Between two timers
 * everything that can run without time passing is run to its end, so that one seed always gives one history.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  #wallOffsetMs = 1_700_000_000_000;
  #sequence = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = 1_000) {
    this.#nowMs = startMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#nowMs;
  }

  /** Makes the wall clock jump; the monotonic one does not notice. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      sequence: this.#sequence++,
      callback,
    };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  yieldTurn(): Promise<void> {
    return Promise.resolve();
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets everything run that needs no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < SETTLE_TURNS; turn++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** Lets `durationMs` pass: every timer due in it rings at its time. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await this.settle();
    for (let next = this.#next(); next !== undefined && next.atMs <= endMs; next = this.#next()) {
      this.#ring(next);
      await this.settle();
    }
    this.#nowMs = endMs;
  }

  /**
   * Lets time pass until `isOver`, timer by timer.
   * @returns whether it was over within `limitMs`.
   */
  async runUntil(isOver: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.#nowMs + limitMs;
    await this.settle();
    while (!isOver()) {
      const next = this.#next();
      if (next === undefined || next.atMs > endMs) return false;
      this.#ring(next);
      await this.settle();
    }
    return true;
  }

  /**
   * Waits for work on this clock, letting time pass as it needs.
   * @throws {Error} when it has not ended within `limitMs` of virtual time: something waits for ever.
   */
  async finish<T>(work: Promise<T>, limitMs = 86_400_000): Promise<T> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    over.catch(() => {});
    if (await this.runUntil(() => isOver, limitMs)) return over;
    throw new Error(`the work did not end within ${limitMs} ms of virtual time`);
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (first === undefined || timer.atMs < first.atMs) first = timer;
      else if (timer.atMs === first.atMs && timer.sequence < first.sequence) first = timer;
    }
    return first;
  }

  #ring(timer: Timer): void {
    this.#timers.delete(timer);
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    timer.callback();
  }
}
