import type { VirtualClock } from "../virtual-clock.ts";

/** Longest work, in virtual time. */
const LIMIT_MS = 86_400_000;
/** Checks without any timer before work is taken to wait for ever: some of it needs turns of the loop. */
const IDLE_OBSERVATIONS = 25;

/**
 * Waits for work on a clock, letting time and turns of the loop pass as it needs.
 * @throws {Error} when it does not end.
 */
export async function finishOn<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  over.catch(() => {});
  for (let observe = 0; observe < IDLE_OBSERVATIONS; observe++) {
    if (await clock.runUntil(() => isOver, LIMIT_MS)) return over;
  }
  throw new Error("the work waits for something that never happens");
}
