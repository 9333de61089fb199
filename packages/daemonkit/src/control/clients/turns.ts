import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../clock.ts";
import { DaemonFault } from "../../daemon-fault.ts";

/**
 * Runs the work for clients on the thread that everything else needs too, part by part, and lets others go first in between.
 */
export interface Turns {
  /**
   * Runs a part of the work, a few milliseconds at best, when its turn has come.
   * @throws {DaemonFault} RequestAborted, when the client is gone before that; whatever the work throws.
   */
  run<T>(work: () => T, signal: AbortSignal): Promise<T>;
}

/** For those who may act: at once, and then others. */
export const immediateTurns: Turns = {
  async run(work) {
    const result = work();
    // What is under way lets others go first by itself, and a failure of it must not wait to be noticed.
    if (!(result instanceof Promise)) await setImmediate();
    return result;
  },
};

/** How much of the thread's time readers get together, */
const SHARE = 0.2;
/** and how much of it they may have saved up: a question now and then does not wait. */
const SAVED_MS = 500;
/** What a connection costs before its question is even read. */
const CONNECTION_MS = 0.2;

/** One part that waits; it begins by leaving the line. */
type Part = () => void;

/**
 * For readers: in the order in which they ask, and no more than a fifth of the time for all of them together. Whatever they
 * ask for, and however many they are, the rest is left to what the daemon is for.
 */
export class ReaderTurns implements Turns {
  readonly #clock: Clock;
  /** Bounded by the places that readers have: each waits for one part at a time. */
  readonly #waiting: Part[] = [];
  #savedMs = SAVED_MS;
  #countedAtMs: number;
  #isPlanned = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#countedAtMs = clock.monotonicMs();
  }

  run<T>(work: () => T, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        if (signal.aborted) return reject(goneFault());
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
      this.#plan();
    });
  }

  /** Counts a connection, whether it gets a place or not. */
  noteConnection(): void {
    this.#count();
    this.#savedMs -= CONNECTION_MS;
  }

  #plan(): void {
    if (this.#isPlanned || this.#waiting.length === 0) return;
    this.#isPlanned = true;
    this.#count();
    const delayMs = this.#savedMs > 0 ? 0 : -this.#savedMs / SHARE;
    this.#clock.schedule(delayMs, () => this.#runNext());
  }

  #runNext(): void {
    this.#isPlanned = false;
    const startedAtMs = this.#clock.monotonicMs();
    this.#waiting.shift()?.();
    this.#savedMs -= this.#clock.monotonicMs() - startedAtMs;
    this.#plan();
  }

  #count(): void {
    const nowMs = this.#clock.monotonicMs();
    const earnedMs = (nowMs - this.#countedAtMs) * SHARE;
    this.#savedMs = Math.min(SAVED_MS, this.#savedMs + earnedMs);
    this.#countedAtMs = nowMs;
  }
}

function goneFault(): DaemonFault {
  return new DaemonFault({
    reason: "RequestAborted",
    message: "the client went away before its turn came",
    resolution: "Send the request again.",
  });
}
