import { joinLines, splitLines, type TextLine } from "@holdfast/core";
import { BYTE_ORDER_MARK, fromByteString, toByteString } from "../byte-text.ts";
import {
  currentBlock,
  declaredBlock,
  unwantedBlocks,
  withBlock,
  withoutBlock,
} from "./block-edit.ts";
import type { LineTest } from "./compile-line.ts";
import { currentLine, unwantedLines, withLine, withoutLine } from "./line-edit.ts";
import type { BlockEdit, LineEdit, LineSpec } from "./spec.ts";

/**
 * What of a file is the resource, as a byte string: the line that stands for it, the text of its block, or all lines
 * that should not be there. `undefined` when there is nothing.
 */
export function currentText(
  lines: readonly TextLine[],
  spec: LineSpec<LineTest>,
): string | undefined {
  const { edit } = spec;
  if (!spec.isAbsent) {
    return edit.type === "line" ? currentLine(lines, edit) : currentBlock(lines, edit);
  }
  const unwanted = edit.type === "line" ? unwantedLines(lines, edit) : unwantedBlocks(lines, edit);
  return unwanted.length === 0 ? undefined : unwanted.join("\n");
}

/** What should be of it, in the same form. */
export function declaredText(spec: LineSpec<unknown>): string | undefined {
  if (spec.isAbsent) return undefined;
  return spec.edit.type === "line" ? spec.edit.text : declaredBlock(spec.edit);
}

/** The content with the edit made; the very same bytes when it is made already. */
export function editContent(content: Uint8Array, spec: LineSpec<LineTest>): Uint8Array {
  const lines = linesOf(content);
  if (currentText(lines, spec) === declaredText(spec)) return content;
  const edited = spec.isAbsent ? without(lines, spec.edit) : including(lines, spec.edit);
  return fromByteString(markOf(toByteString(content)) + joinLines(edited));
}

/** The lines of a file as byte strings; a byte order mark before them is in none. */
export function linesOf(content: Uint8Array): readonly TextLine[] {
  const text = toByteString(content);
  return splitLines(text.slice(markOf(text).length));
}

function markOf(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
}

function including(lines: readonly TextLine[], edit: LineEdit<LineTest> | BlockEdit<LineTest>) {
  return edit.type === "line" ? withLine(lines, edit) : withBlock(lines, edit);
}

function without(lines: readonly TextLine[], edit: LineEdit<LineTest> | BlockEdit<LineTest>) {
  return edit.type === "line" ? withoutLine(lines, edit) : withoutBlock(lines, edit);
}
