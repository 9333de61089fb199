import type { BatchResult } from "./run-batch.ts";

const WORDS = ["tests", "pass", "fail", "cancelled", "skipped", "todo"] as const;

/** What all batches together come to. */
export interface Verdict {
  readonly isGood: boolean;
  /** The last lines of a run: what failed, once more, and the counts. */
  readonly summary: string;
}

/**
 * Judges a run. In CI a skipped or unfinished test is a failure, and so is a run of no test everywhere: what is not run
 * proves nothing.
 */
export function judge(results: readonly BatchResult[], isCi: boolean): Verdict {
  const outputs = results.map(({ output }) => output);
  const counts = WORDS.map((word) => [word, sum(outputs, word)] as const);
  const total = Object.fromEntries(counts) as Record<(typeof WORDS)[number], number>;
  const left = total.skipped + total.todo;
  const failed = results.filter(({ code }) => code !== 0);
  const problems = [
    ...failed.map(({ batch, output }) => `${batch.name} failed\n${failuresIn(output)}`),
    ...(total.tests === 0 ? ["No test was run."] : []),
    ...(isCi && left > 0 ? [`${left} tests were skipped or left to do; none may be here.`] : []),
  ];
  const lines = counts.map(([word, count]) => `ℹ ${word} ${count}`);
  return { isGood: problems.length === 0, summary: [...lines, "", ...problems].join("\n") };
}

/** The part of what the reporter prints that reports failures; all of it when the process ended before that. */
function failuresIn(output: string): string {
  const at = output.lastIndexOf("failing tests:");
  return at < 0 ? output : output.slice(output.indexOf("\n", at) + 1);
}

/** The sum of the figures that the summaries give for a word, e.g. `skipped 0`. */
function sum(outputs: readonly string[], word: string): number {
  return outputs.reduce((total, output) => {
    const last = [...output.matchAll(new RegExp(`(?:ℹ|#) ${word} (\\d+)`, "g"))].at(-1);
    return total + Number(last?.[1] ?? 0);
  }, 0);
}
