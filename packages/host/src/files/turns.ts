import { abortFault, throwIfAborted } from "@holdfast/core";

/** Lets so many works go on at once; the others wait in the order in which they came. */
export class Turns {
  readonly #atOnce: number;
  /** Wakes those who wait, oldest first. Bounded by whoever asks: each waits for its own answer. */
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** @throws {Fault} Aborted, while it waits; what the work throws. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    if (this.#running >= this.#atOnce) await this.#turn(signal);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  /** Resolves when a turn was handed over: it counts as running from then on. */
  async #turn(signal: AbortSignal): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const onAbort = (): void => {
      if (this.#waiting.delete(turn.resolve)) turn.reject(abortFault(signal));
    };
    this.#waiting.add(turn.resolve);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #end(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
