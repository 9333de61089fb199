import type { Clock } from "@holdfast/core";

/** Wakes its waiter. Rings without a waiter are one ring, which wakes the next waiter at once. */
export class Doorbell {
  readonly #clock: Pick<Clock, "schedule">;
  #isRung = false;
  #wake: (() => void) | undefined;

  constructor(clock: Pick<Clock, "schedule">) {
    this.#clock = clock;
  }

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves when it is rung, after `withinMs`, or when the signal is aborted. One may wait at a time. */
  async trigger(withinMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#isRung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = this.#clock.schedule(withinMs, resolve);
      this.#wake = resolve;
      signal.addEventListener("abort", this.#wake);
      await promise;
      signal.removeEventListener("abort", this.#wake);
      this.#wake = undefined;
      cancel();
    }
    this.#isRung = false;
  }
}
