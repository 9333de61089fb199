import type { Clock } from "@holdfast/core";

/** Work that is done at once, but at most once in a while: what is asked for earlier is done when the while is over. */
export class Paced implements Disposable {
  readonly #clock: Clock;
  readonly #betweenMs: number;
  readonly #work: () => void;
  #lastMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, betweenMs: number, work: () => void) {
    this.#clock = clock;
    this.#betweenMs = betweenMs;
    this.#work = work;
  }

  request(): void {
    const waitMs = this.#lastMs + this.#betweenMs - this.#clock.monotonicMs();
    if (waitMs <= 0) return this.#now();
    this.#cancel ??= this.#clock.schedule(waitMs, () => this.#now());
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
  }

  #now(): void {
    this.#cancel = undefined;
    this.#lastMs = this.#clock.monotonicMs();
    this.#work();
  }
}
