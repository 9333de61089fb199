import { type Breach, type History, play } from "./play.ts";

/** Histories that are tried at most while one is made shorter. */
const MOST_TRIES = 400;

/** A history that still breaks the same promise, and the places of its steps in the one it was made from. */
export interface Shrunk {
  readonly history: History;
  /** Counted from 0. */
  readonly kept: readonly number[];
}

/**
 * Leaves out steps as long as the same promise is still broken: first everything after the breach, then ever smaller
 * pieces (delta debugging by Andreas Zeller).
 */
export async function shrink(history: History, breach: Breach): Promise<Shrunk> {
  let kept = history.steps.map((_, at) => at).slice(0, breach.afterSteps);
  let tries = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < kept.length && tries < MOST_TRIES; tries++) {
      const fewer = kept.toSpliced(from, size);
      if (await stillBreaks(only(history, fewer), breach)) kept = fewer;
      else from += size;
    }
  }
  return { history: only(history, kept), kept };
}

/** The history with some of its steps only. */
export function only(history: History, kept: readonly number[]): History {
  return { ...history, steps: kept.flatMap((at) => history.steps[at] ?? []) };
}

async function stillBreaks(history: History, { invariant }: Breach): Promise<boolean> {
  const { breach } = await play(history);
  return breach?.invariant === invariant;
}
