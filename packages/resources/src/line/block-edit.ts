import type { TextLine } from "@holdfast/core";
import type { LineTest } from "./compile-line.ts";
import { insertionPoint } from "./insertion.ts";
import type { BlockEdit } from "./spec.ts";
import { spliceLines, withEndOf } from "./splice-lines.ts";

/** Where a block is: the positions of its marker lines. */
interface Extent {
  readonly begin: number;
  readonly end: number;
}

/** The text between the markers, each line with its newline; `undefined` when there is no such block. */
export function currentBlock(
  lines: readonly TextLine[],
  edit: BlockEdit<unknown>,
): string | undefined {
  const extent = firstBlock(lines, edit);
  return extent && blockText(lines.slice(extent.begin + 1, extent.end).map(({ text }) => text));
}

/** The declared text in the form of `currentBlock`. */
export function declaredBlock(edit: BlockEdit<unknown>): string {
  return blockText(edit.lines);
}

/** The lines with the declared block among them. */
export function withBlock(
  lines: readonly TextLine[],
  edit: BlockEdit<LineTest>,
): readonly TextLine[] {
  const extent = firstBlock(lines, edit);
  if (extent !== undefined) {
    const { begin, end } = extent;
    return spliceLines(lines, begin + 1, end - begin - 1, edit.lines);
  }
  const block = [edit.begin, ...edit.lines, edit.end];
  return spliceLines(lines, insertionPoint(lines, edit), 0, block);
}

/**
 * The texts of the lines of every block, markers included. What stands around a removed block may become one by that,
 * and belongs to it then.
 */
export function unwantedBlocks(
  lines: readonly TextLine[],
  edit: BlockEdit<unknown>,
): readonly string[] {
  const isInside = insideBlocks(lines, edit);
  return lines.filter((_, position) => isInside[position]).map(({ text }) => text);
}

/** The lines without any such block. */
export function withoutBlock(
  lines: readonly TextLine[],
  edit: BlockEdit<unknown>,
): readonly TextLine[] {
  const isInside = insideBlocks(lines, edit);
  return withEndOf(
    lines,
    lines.filter((_, position) => !isInside[position]),
  );
}

/**
 * The first complete block. A begin without an end, or an end without a begin, is left alone: nobody knows what
 * belonged to it. The innermost begin counts, so that a new block behind a stray begin is found as it was written.
 */
function firstBlock(lines: readonly TextLine[], edit: BlockEdit<unknown>): Extent | undefined {
  let begin: number | undefined;
  for (const [position, { text }] of lines.entries()) {
    if (text === edit.begin) begin = position;
    else if (text === edit.end && begin !== undefined) return { begin, end: position };
  }
  return undefined;
}

function insideBlocks(lines: readonly TextLine[], edit: BlockEdit<unknown>): readonly boolean[] {
  const isInside: boolean[] = lines.map(() => false);
  const open: number[] = [];
  lines.forEach(({ text }, position) => {
    if (text === edit.begin) open.push(position);
    if (text !== edit.end) return;
    const begin = open.pop();
    if (begin !== undefined) isInside.fill(true, begin, position + 1);
  });
  return isInside;
}

function blockText(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
