import type { Clock } from "@holdfast/core";

/** Other work of the process, such as an answer on the control socket, waits no longer than this for the engine. */
const SLICE_MS = 2;

/**
 * Bounds how much is begun in one turn of the loop. What begins and what it comes to can follow one another without
 * ever waiting, as when 2,000 resources are in sync by one bulk read; then one of them has to make room.
 */
export class TimeBudget {
  readonly #clock: Pick<Clock, "monotonicMs" | "yieldTurn">;
  readonly #onNext: () => void;
  #startedAtMs: number | undefined;
  #isAwaited = false;

  /** `onNext` is called in the next turn when something was put off to it. */
  constructor(clock: Pick<Clock, "monotonicMs" | "yieldTurn">, onNext: () => void) {
    this.#clock = clock;
    this.#onNext = onNext;
  }

  /** Whether the rest has to wait for the next turn, which is then announced. The first to ask in a turn begins its slice. */
  isOver(): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (this.#startedAtMs === undefined) {
      this.#startedAtMs = nowMs;
      void this.#clock.yieldTurn().then(() => this.#begin());
    }
    const isOver = nowMs - this.#startedAtMs >= SLICE_MS;
    if (isOver) this.#isAwaited = true;
    return isOver;
  }

  #begin(): void {
    const isAwaited = this.#isAwaited;
    this.#startedAtMs = undefined;
    this.#isAwaited = false;
    if (isAwaited) this.#onNext();
  }
}
