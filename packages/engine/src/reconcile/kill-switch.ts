import { abortFault, type Fault } from "@holdfast/core";

/**
 * Tells all running work at once that the grace of a stop is over. One listener on the signal instead of one for each
 * piece of work: adding and removing a listener costs as much as there are, so that 20,000 would cost their square.
 */
export class KillSwitch {
  readonly #running = new Set<(fault: Fault) => void>();
  readonly #controller = new AbortController();

  constructor() {
    const { signal } = this.#controller;
    signal.addEventListener("abort", () => {
      for (const abort of this.#running) abort(abortFault(signal));
    });
  }

  /** Aborted when the grace is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the grace. */
  pull(fault: Fault): void {
    this.#controller.abort(fault);
  }

  /** Calls `abort` when the switch is pulled, until `remove`. */
  add(abort: (fault: Fault) => void): void {
    this.#running.add(abort);
  }

  remove(abort: (fault: Fault) => void): void {
    this.#running.delete(abort);
  }
}
