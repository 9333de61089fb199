/** One line of a text, without and with what ends it. */
export interface TextLine {
  readonly text: string;
  /** Empty for a last line that nothing ends. */
  readonly ending: "" | "\n" | "\r\n";
}

/** Splits a text so that `joinLines` gives it back exactly. A lone carriage return ends no line. */
export function splitLines(content: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  let start = 0;
  for (let end = content.indexOf("\n"); end >= 0; end = content.indexOf("\n", start)) {
    const isCrlf = end > start && content[end - 1] === "\r";
    const text = content.slice(start, isCrlf ? end - 1 : end);
    lines.push({ text, ending: isCrlf ? "\r\n" : "\n" });
    start = end + 1;
  }
  if (start < content.length) lines.push({ text: content.slice(start), ending: "" });
  return lines;
}

/** The text of lines. */
export function joinLines(lines: readonly TextLine[]): string {
  return lines.map(({ text, ending }) => text + ending).join("");
}

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

function usualEnding(lines: readonly TextLine[]): "\n" | "\r\n" {
  return lines[0]?.ending === "\r\n" ? "\r\n" : "\n";
}
