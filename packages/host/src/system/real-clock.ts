import type { Clock } from "@holdfast/core";

/** What setTimeout can hold; anything longer fires at once, so longer delays are chained. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's clock: `performance.now` for durations, `Date.now` for display. A callback never comes early. */
export const realClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  schedule,
  yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
};

function schedule(delayMs: number, callback: () => void): () => void {
  const dueMs = performance.now() + delayMs;
  let timer = setTimeout(fire, nextTimeoutMs(delayMs));
  return () => clearTimeout(timer);

  // A timer of Node may fire up to a millisecond early by the monotonic clock, and a chained one has more to wait.
  function fire(): void {
    const leftMs = dueMs - performance.now();
    if (leftMs <= 0) callback();
    else timer = setTimeout(fire, nextTimeoutMs(leftMs));
  }
}

function nextTimeoutMs(delayMs: number): number {
  return Math.min(Math.ceil(delayMs), LONGEST_TIMEOUT_MS);
}
