import { abortFault, type Clock, Fault, throwIfAborted } from "@holdfast/core";

/** How much work is done for clients. */
export interface SharedWorkOptions {
  readonly clock: Clock;
  /** After each piece of work, nothing is done for so many times as long as it took, up to 10 s. */
  readonly restFactor: number;
}

/** What came of work, for as long as it is kept. */
export interface Kept<T> {
  /** @throws {Fault} AgentBusy, when newer work has taken its place. */
  value(): T;
}

/** Further work is refused while so much of it waits. */
const MOST_WAITING = 64;
/** What came of the last so many is kept for clients that are still being answered: none of them can hold more. */
const MOST_KEPT = 4;
const LONGEST_REST_MS = 10_000;

/** Work that one client or several wait for. */
interface Round<T> {
  readonly key: string;
  readonly work: (signal: AbortSignal) => Promise<T>;
  readonly outcome: PromiseWithResolvers<Kept<T>>;
  /** Aborted when no client waits for it any more. */
  readonly abandoned: AbortController;
  clients: number;
}

/**
 * Work that clients ask for, one piece at a time. Questions for the same thing while it waits for its turn get the
 * same answer, so that a hundred questions are two pieces of work at most; each answer is of work that began after its
 * question.
 */
export class SharedWork<T> {
  readonly #options: SharedWorkOptions;
  readonly #waiting = new Map<string, Round<T>>();
  readonly #kept: { result: { readonly value: T } | undefined }[] = [];
  #isBusy = false;

  constructor(options: SharedWorkOptions) {
    this.#options = options;
  }

  /**
   * Asks for work, which is identified by its key.
   * @throws {Fault} AgentBusy, when too much waits; that of the signal; whatever the work throws.
   */
  async ask(
    key: string,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<Kept<T>> {
    throwIfAborted(signal);
    const round = this.#waiting.get(key) ?? this.#open(key, work);
    round.clients += 1;
    const gone = Promise.withResolvers<never>();
    const onAbort = (): void => {
      this.#leave(round);
      gone.reject(abortFault(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([round.outcome.promise, gone.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #open(key: string, work: Round<T>["work"]): Round<T> {
    if (this.#waiting.size >= MOST_WAITING) throw busyFault();
    const outcome = Promise.withResolvers<Kept<T>>();
    const round = { key, work, outcome, abandoned: new AbortController(), clients: 0 };
    // Where every client is gone, a failure is not reported.
    outcome.promise.catch(() => {});
    this.#waiting.set(key, round);
    void this.#next();
    return round;
  }

  #leave(round: Round<T>): void {
    round.clients -= 1;
    if (round.clients > 0) return;
    if (this.#waiting.get(round.key) === round) this.#waiting.delete(round.key);
    round.abandoned.abort();
  }

  /** Does what waits, one after the other. Never rejects. */
  async #next(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { clock, restFactor } = this.#options;
    // A question in this turn is in time too.
    await clock.yieldTurn();
    for (const [key, round] of this.#waiting) {
      this.#waiting.delete(key);
      const startedAtMs = clock.monotonicMs();
      await this.#do(round);
      const restMs = Math.min(LONGEST_REST_MS, (clock.monotonicMs() - startedAtMs) * restFactor);
      if (restMs > 0) await new Promise<void>((resolve) => void clock.schedule(restMs, resolve));
    }
    this.#isBusy = false;
  }

  async #do({ work, outcome, abandoned }: Round<T>): Promise<void> {
    try {
      outcome.resolve(this.#keep(await work(abandoned.signal)));
    } catch (error) {
      outcome.reject(error);
    }
  }

  #keep(value: T): Kept<T> {
    const kept: { result: { readonly value: T } | undefined } = { result: { value } };
    this.#kept.push(kept);
    const [oldest] = this.#kept;
    if (this.#kept.length > MOST_KEPT && oldest !== undefined) {
      this.#kept.shift();
      oldest.result = undefined;
    }
    return {
      value() {
        if (kept.result === undefined) throw busyFault();
        return kept.result.value;
      },
    };
  }
}

function busyFault(): Fault {
  return new Fault({
    reason: "AgentBusy",
    message: "the agent is asked for more than it does for its clients at once",
    resolution: "Ask again in a moment, and read the answer without a pause.",
  });
}
