import { structuredPatch } from "diff";

/** Lines that may differ before two texts count as unrelated; bounds the work at about the square of it. */
const MAX_EDIT_LINES = 500;

/** A line of a comparison: where a group of changed lines begins, or what was removed, added or kept. */
export interface DiffLine {
  readonly type: "place" | "removed" | "added" | "kept";
  readonly text: string;
}

/** Compares two texts line by line. */
export type LineDiff = (from: string, to: string) => readonly DiffLine[] | undefined;

/**
 * Compares two texts line by line as a unified diff does, with one line of context. `undefined` when they are too
 * different to be worth it. A line without an end of line is followed by what `diff -u` says there.
 */
export const diffLines: LineDiff = (from, to) => {
  const patch = structuredPatch("", "", from, to, undefined, undefined, {
    context: 1,
    maxEditLength: MAX_EDIT_LINES,
  });
  if (patch === undefined) return undefined;
  return patch.hunks.flatMap((hunk) => [
    { type: "place" as const, text: `@@ line ${Math.max(hunk.newStart, 1)} @@` },
    ...hunk.lines.map(toDiffLine),
  ]);
};

function toDiffLine(text: string): DiffLine {
  if (text.startsWith("-")) return { type: "removed", text };
  return { type: text.startsWith("+") ? "added" : "kept", text };
}
