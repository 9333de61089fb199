import { randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** What setTimeout can hold; anything longer fires at once, so longer delays are chained. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's clock: the default wherever a clock is asked for. A callback never comes early. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  schedule,
};

/** The machine's chance: the default wherever chance is asked for. */
export const systemRandom: Random = { next: () => Math.random() };

/** CLOCK_MONOTONIC in microseconds, the same clock that systemd reads. */
export function systemMonotonicUsec(): bigint {
  return process.hrtime.bigint() / 1_000n;
}

/** A name that nobody can guess, for files that must not be met: 16 hexadecimal digits. */
export function unguessableName(): string {
  return randomBytes(8).toString("hex");
}

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
