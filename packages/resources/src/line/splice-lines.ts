import { type TextLine, usualEnding } from "@holdfast/core";

/** Replaces `removeCount` lines at `at` by new ones, which end like the first line of the text. */
export function spliceLines(
  lines: readonly TextLine[],
  at: number,
  removeCount: number,
  texts: readonly string[],
): readonly TextLine[] {
  const ending = usualEnding(lines);
  const added = texts.map((text) => ({ text, ending }));
  return withEndOf(lines, lines.toSpliced(at, removeCount, ...added));
}

/**
 * The edited lines, ended as the original ones are: a text whose last line nothing ends stays such a text, unless its
 * last line is empty now, because an empty line that nothing ends is none.
 */
export function withEndOf(
  original: readonly TextLine[],
  edited: readonly TextLine[],
): readonly TextLine[] {
  if (original.at(-1)?.ending !== "") return edited;
  const ending = usualEnding(original);
  return edited.map((line, position) => {
    const isOpen = position === edited.length - 1 && line.text !== "";
    if (isOpen) return { text: line.text, ending: "" };
    return line.ending === "" ? { text: line.text, ending } : line;
  });
}
