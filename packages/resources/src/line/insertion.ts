import type { TextLine } from "@holdfast/core";
import type { LineTest } from "./compile-line.ts";
import type { Insertion } from "./spec.ts";

/** Where a new line goes: after the last match of `after`, before the first of `before`, else at the end. */
export function insertionPoint(
  lines: readonly TextLine[],
  { after, before }: Insertion<LineTest>,
): number {
  if (after !== undefined) {
    const last = lines.findLastIndex((line) => after(line.text));
    if (last >= 0) return last + 1;
  }
  if (before !== undefined) {
    const first = lines.findIndex((line) => before(line.text));
    if (first >= 0) return first;
  }
  return lines.length;
}
