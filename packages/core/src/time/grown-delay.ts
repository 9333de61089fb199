/** How waits between attempts grow. */
export interface GrowingDelay {
  /** The wait after the first failure, in milliseconds. */
  readonly baseMs: number;
  /** The longest wait, in milliseconds. */
  readonly capMs: number;
}

/** Beyond this the growth would leave the numbers that are exact. */
const MOST_DOUBLINGS = 52;

/**
 * The wait after the n-th failure in a row (1 or more): base·2^(n−1) up to the cap, without jitter. The kit of the daemon
 * has its own, because it imports nothing of ours and keeps its jitter below the cap (M2); the engine's goes around it (D6).
 */
export function grownDelayMs(failures: number, { baseMs, capMs }: GrowingDelay): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, MOST_DOUBLINGS));
}
