import type { TextLine } from "@holdfast/core";
import type { LineTest } from "./compile-line.ts";
import { insertionPoint } from "./insertion.ts";
import type { LineEdit } from "./spec.ts";
import { spliceLines, withEndOf } from "./splice-lines.ts";

/**
 * The line that stands for the declared one; `undefined` when there is none. In order: the last line that matches; the
 * declared line itself. A declared line that does not match its own pattern settles the matter wherever it is, because
 * it may be what the last match was turned into.
 */
export function currentLine(
  lines: readonly TextLine[],
  edit: LineEdit<LineTest>,
): string | undefined {
  const at = positionOf(lines, edit);
  return at === undefined ? undefined : lines[at]?.text;
}

/** The lines with the declared one among them. */
export function withLine(
  lines: readonly TextLine[],
  edit: LineEdit<LineTest>,
): readonly TextLine[] {
  const { text = "" } = edit;
  const at = positionOf(lines, edit);
  if (at === undefined) return spliceLines(lines, insertionPoint(lines, edit), 0, [text]);
  const { ending = "\n" } = lines[at] ?? {};
  return withEndOf(lines, lines.with(at, { text, ending }));
}

/** The texts of all lines that are the declared one or match. */
export function unwantedLines(
  lines: readonly TextLine[],
  edit: LineEdit<LineTest>,
): readonly string[] {
  return lines.filter((line) => isUnwanted(line, edit)).map(({ text }) => text);
}

/** The lines without any that is the declared one or matches. */
export function withoutLine(
  lines: readonly TextLine[],
  edit: LineEdit<LineTest>,
): readonly TextLine[] {
  return withEndOf(
    lines,
    lines.filter((line) => !isUnwanted(line, edit)),
  );
}

function positionOf(
  lines: readonly TextLine[],
  { text, match }: LineEdit<LineTest>,
): number | undefined {
  const exact = lines.findIndex((line) => line.text === text);
  if (match === undefined) return exact < 0 ? undefined : exact;
  if (exact >= 0 && text !== undefined && !match(text)) return exact;
  const matching = lines.findLastIndex((line) => match(line.text));
  if (matching >= 0) return matching;
  return exact < 0 ? undefined : exact;
}

function isUnwanted(line: TextLine, { text, match }: LineEdit<LineTest>): boolean {
  return line.text === text || match?.(line.text) === true;
}
