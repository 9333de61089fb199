import type { TextLine } from "@holdfast/core";
import type { Insertion } from "./spec.ts";

/** Where a new line goes: after the last match of `after`, before the first of `before`, else at the end. */
export function insertionPoint(lines: readonly TextLine[], { after, before }: Insertion): number {
  if (after !== undefined) {
    const last = lines.findLastIndex((line) => after.matches(line.text));
    if (last >= 0) return last + 1;
  }
  if (before !== undefined) {
    const first = lines.findIndex((line) => before.matches(line.text));
    if (first >= 0) return first;
  }
  return lines.length;
}
