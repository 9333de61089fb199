import { abortFault, type Fault } from "@holdfast/core";

/** Work that can be asked to end. */
export interface Abortable {
  abort(fault: Fault): void;
}

/**
 * Signals all running work at once that the grace of a stop is over. One listener on the signal instead of one for each
 * piece of work: adding and removing a listener costs as much as there are, so that 20,000 would cost their square.
 */
export class AbortGroup {
  readonly #running = new Set<Abortable>();
  readonly #controller = new AbortController();

  constructor() {
    const { signal } = this.#controller;
    signal.addEventListener("abort", () => {
      for (const work of this.#running) work.abort(abortFault(signal));
    });
  }

  /** Aborted when the grace is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the grace. */
  abort(fault: Fault): void {
    this.#controller.abort(fault);
  }

  /** Aborts this work when the switch is pulled, until `remove`. */
  add(work: Abortable): void {
    this.#running.add(work);
  }

  remove(work: Abortable): void {
    this.#running.delete(work);
  }
}
