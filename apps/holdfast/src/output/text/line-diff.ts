import { structuredPatch } from "diff";
import type { DiffExtent } from "../diff-extent.ts";

/**
 * Lines of context, and lines that may differ before two texts count as unrelated. The latter bounds the work and the
 * memory at about the square of it (of 1,000: some 20 MB).
 */
const BOUNDS = {
  short: { context: 1, maxEditLength: 500 },
  full: { context: 3, maxEditLength: 1_000 },
} as const satisfies Record<DiffExtent, object>;

/** A line of a comparison: where a group of changed lines begins, or what was removed, added or kept. */
export interface DiffLine {
  readonly type: "place" | "removed" | "added" | "kept";
  readonly text: string;
}

/** Compares two texts line by line. */
export type LineDiff = (
  from: string,
  to: string,
  extent: DiffExtent,
) => readonly DiffLine[] | undefined;

/**
 * Compares two texts line by line as a unified diff does, with one line of context, or three of a full one. `undefined`
 * when they are too different to be worth it. A line without an end of line is followed by what `diff -u` says there.
 */
export const diffLines: LineDiff = (from, to, extent) => {
  const patch = structuredPatch("", "", from, to, undefined, undefined, BOUNDS[extent]);
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
