import { decodeText, fromByteString } from "../byte-text.ts";
import type { LineObserved } from "./observe.ts";
import type { BlockEdit, LineEdit, LineInput, LineSpec } from "./spec.ts";

/**
 * A line or block as an author would write it to have what was observed; `undefined` where that cannot be written:
 * several unwanted lines, something that is no file, bytes that are no UTF-8.
 */
export function describeLine(
  { path, edit, isAbsent }: LineSpec,
  { type, current }: LineObserved,
): LineInput | undefined {
  if (type !== "file") return undefined;
  if (current === undefined) return { path, ...whichOf(edit), state: "absent" };
  const text = decodeText(fromByteString(current));
  if (text === undefined || isAbsent) return undefined;
  if (edit.type === "block") return { path, block: { marker: edit.marker, text } };
  return { path, line: text, ...matchBoth(edit, text) };
}

/** So that the line is found, and changed back, when it was made the declared one, which need not match its own pattern. */
function matchBoth(edit: LineEdit, text: string): Pick<LineInput, "match"> {
  const { line } = whichOf(edit);
  const { match } = edit;
  if (match === undefined || line === undefined || line === text) return matchOf(edit);
  return { match: `(?:${match.source})|^${escaped(line)}$` };
}

function escaped(line: string): string {
  return line.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** What tells the line or block from others. */
function whichOf(edit: LineEdit | BlockEdit): Omit<LineInput, "path"> {
  if (edit.type === "block") return { block: { marker: edit.marker, text: "" } };
  const line = edit.text === undefined ? undefined : decodeText(fromByteString(edit.text));
  return { ...(line === undefined ? {} : { line }), ...matchOf(edit) };
}

function matchOf({ match }: LineEdit): Pick<LineInput, "match"> {
  return match === undefined ? {} : { match: match.source };
}
