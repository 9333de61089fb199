import { abortFault, type Clock } from "@holdfast/core";

/** How long work that was aborted may take to clean up after itself before its caller is let go. */
const ABORT_GRACE_MS = 1_000;
const DISPOSE_GRACE_MS = 5_000;

/** Keeps count of what is in flight, and lets callers go when what they aborted hangs in the kernel. */
export class InFlight {
  readonly #clock: Clock;
  readonly #works = new Set<Promise<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The work's own end. When the signal is aborted and the work has not ended a second later, its caller gets the
   * abort; the work goes on until its system call returns, and then stops and cleans up.
   */
  async run<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    this.#works.add(work);
    const abandoned = Promise.withResolvers<never>();
    let cancel = (): void => {};
    const onAbort = (): void => {
      cancel = this.#clock.schedule(ABORT_GRACE_MS, () => abandoned.reject(abortFault(signal)));
    };
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([work, abandoned.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      cancel();
      void work.finally(() => this.#works.delete(work)).catch(() => {});
    }
  }

  /** Resolves when nothing is in flight, or after five seconds. */
  async settle(): Promise<void> {
    if (this.#works.size === 0) return;
    const tooLate = Promise.withResolvers<void>();
    const cancel = this.#clock.schedule(DISPOSE_GRACE_MS, tooLate.resolve);
    await Promise.race([Promise.allSettled(this.#works), tooLate.promise]);
    cancel();
  }
}
