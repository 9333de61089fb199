import { type GrowingDelay, grownDelayMs, type Random } from "@holdfast/core";

/** How waits between attempts grow, before jitter. */
export interface BackoffOptions extends GrowingDelay {
  /** Attempts at full rate; from the last of them on, one attempt per cap. */
  readonly attempts: number;
}

const JITTER = 0.1;

/** The wait after the `failures`-th failure in a row: base·2^(n−1) up to the cap, ±10 % (D6). */
export function backoffDelayMs(failures: number, options: BackoffOptions, random: Random): number {
  const { capMs, attempts } = options;
  return jittered(failures >= attempts ? capMs : grownDelayMs(failures, options), random);
}

/** A duration moved by up to 10 % either way, so that a thousand agents do not act as one. */
export function jittered(durationMs: number, random: Random): number {
  return durationMs * (1 - JITTER + 2 * JITTER * random.next());
}
