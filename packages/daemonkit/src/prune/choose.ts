import type { AgeSource, PrunableFile, PruneStrategy } from "./strategy.ts";

/** The rules of a pruning, complete. */
export interface PruneRules {
  readonly age: AgeSource;
  readonly expired: PruneStrategy | undefined;
  readonly keepNewest: number | undefined;
  readonly keepAtLeast: number;
}

/** Why a file goes. */
export type PruneReason = "expired" | "beyond-cap";

/** A file that is to go. */
export interface ChosenFile {
  readonly file: PrunableFile;
  readonly because: PruneReason;
}

/**
 * Chooses what goes: first what has expired, then, of what stays, all but the newest. A file whose age is unknown,
 * by the age or by any part of the strategy, is in neither; nor are the newest `keepAtLeast` of those whose age is known.
 */
export function choosePrunable(
  files: readonly PrunableFile[],
  rules: PruneRules,
  nowMs: number,
): readonly ChosenFile[] {
  const { expired, keepNewest, keepAtLeast } = rules;
  const newestFirst = files
    .map((file) => ({ file, timeMs: rules.age(file), verdict: expired?.(file, nowMs) }))
    .filter(({ timeMs, verdict }) => Number.isFinite(timeMs) && verdict !== "unknown")
    .toSorted(
      (one, other) =>
        (other.timeMs ?? 0) - (one.timeMs ?? 0) || (one.file.name < other.file.name ? 1 : -1),
    );
  const chosen: ChosenFile[] = [];
  let kept = 0;
  for (const [index, { file, verdict }] of newestFirst.entries()) {
    const isSafe = index < keepAtLeast;
    if (!isSafe && verdict === "expired") chosen.push({ file, because: "expired" });
    else if (!isSafe && kept >= (keepNewest ?? Number.POSITIVE_INFINITY)) {
      chosen.push({ file, because: "beyond-cap" });
    } else kept += 1;
  }
  return chosen;
}
