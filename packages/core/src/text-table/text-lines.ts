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

/** How the lines of a text usually end: as its first one does. */
export function usualEnding(lines: readonly TextLine[]): "\n" | "\r\n" {
  return lines[0]?.ending === "\r\n" ? "\r\n" : "\n";
}
