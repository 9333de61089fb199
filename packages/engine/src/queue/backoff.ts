import type { Random } from "@holdfast/core";

/** How waits between attempts grow. */
export interface BackoffOptions {
  /** The wait after the first failure, in milliseconds. */
  readonly baseMs: number;
  /** The longest wait, in milliseconds, before jitter. */
  readonly capMs: number;
  /** Attempts at full rate; from the last of them on, one attempt per cap. */
  readonly attempts: number;
}

const JITTER = 0.1;

/** The wait after the `failures`-th failure in a row: base·2^(n−1) up to the cap, ±10 % (D6). */
export function backoffDelayMs(failures: number, options: BackoffOptions, random: Random): number {
  const { baseMs, capMs, attempts } = options;
  const grown = baseMs * 2 ** Math.min(failures - 1, 52);
  const delayMs = failures >= attempts ? capMs : Math.min(capMs, grown);
  return jittered(delayMs, random);
}

/** A duration moved by up to 10 % either way, so that a thousand agents do not act as one. */
export function jittered(durationMs: number, random: Random): number {
  return durationMs * (1 - JITTER + 2 * JITTER * random.next());
}
