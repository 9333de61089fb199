import type { Clock } from "@holdfast/core";

/** The clock of one process: what it has set is gone when it ends. */
export class MortalClock implements Clock {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();
  #isDead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#cancels.size;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  yieldTurn(): Promise<void> {
    return this.#clock.yieldTurn();
  }

  schedule(delayMs: number, callback: () => void): () => void {
    if (this.#isDead) return () => {};
    const cancel = this.#clock.schedule(delayMs, () => {
      this.#cancels.delete(cancel);
      callback();
    });
    this.#cancels.add(cancel);
    return () => {
      this.#cancels.delete(cancel);
      cancel();
    };
  }

  /** The process ended: no timer of it rings any more. */
  die(): void {
    this.#isDead = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
