import { type Change, type Json, type Reader, visible } from "@holdfast/core";
import type { DiffExtent } from "../diff-extent.ts";
import { type Line, line, type Tone, toned } from "./line.ts";
import type { DiffLine, LineDiff } from "./line-diff.ts";
import { formatValue } from "./value.ts";

/** Changed lines of a text that a short difference shows; the rest is counted. */
const SHOWN_LINES = 5;

/** What rendering changes needs besides them. `diffLines` is absent until a text needs it, see `needsLineDiff`. */
export interface ChangeView {
  readonly reader: Reader;
  readonly diffLines?: LineDiff | undefined;
  /** Default `short`. */
  readonly extent?: DiffExtent;
}

/** One change as lines: `mode: 0600 → 0644`, and a text of several lines as a unified diff below its name. */
export function changeLines(change: Change, view: ChangeView): readonly Line[] {
  const { from, to } = visible(change, view.reader);
  if (isText(from) || isText(to)) return textLines({ path: change.path, from, to }, view);
  const { extent } = view;
  const old = toned("removed", from === undefined ? "nothing" : formatValue(from, extent));
  if (to === undefined) return [line(`${change.path}: `, old, " → nothing")];
  const wanted = toned("added", formatValue(to, extent));
  return [line(`${change.path}: `, ...(from === undefined ? [wanted] : [old, " → ", wanted]))];
}

/** Whether showing these changes compares two texts: then the comparison has to be loaded first. */
export function needsLineDiff(changes: readonly Change[]): boolean {
  return changes.some(
    ({ from, to }) =>
      typeof from === "string" && typeof to === "string" && (isText(from) || isText(to)),
  );
}

/** A string with more than one line; one end of line at its end does not make it two. */
function isText(value: Json | undefined): value is string {
  if (typeof value !== "string") return false;
  const end = value.indexOf("\n");
  return end !== -1 && end !== value.length - 1;
}

/** The two values of one field, where at least one is a text of several lines. */
interface TextChange {
  readonly path: string;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}

function textLines(change: TextChange, view: ChangeView): readonly Line[] {
  const { path, from, to } = change;
  const compared = compare(change, view);
  if (compared === undefined) {
    const sizes = [toned("removed", measure(from)), " → ", toned("added", measure(to))];
    return [line(`${path}: `, ...sizes)];
  }
  const lines = view.extent === "full" ? compared.map(shownLine) : shortened(compared);
  return [line(`${path}:`), ...lines];
}

function compare(
  { from, to }: TextChange,
  { diffLines, extent = "short" }: ChangeView,
): readonly DiffLine[] | undefined {
  if (from === undefined && typeof to === "string") return wholeText("added", "+", to);
  if (to === undefined && typeof from === "string") return wholeText("removed", "-", from);
  if (typeof from !== "string" || typeof to !== "string") return undefined;
  const compared = diffLines?.(from, to, extent);
  if (compared !== undefined || extent === "short") return compared;
  // Too different to be compared: one goes, and the other comes.
  return [...wholeText("removed", "-", from), ...wholeText("added", "+", to)];
}

/** A text that has no counterpart needs no comparison: all of its lines are new, or gone. */
function wholeText(type: "added" | "removed", sign: string, text: string): readonly DiffLine[] {
  const lines = text.split("\n");
  const isEnded = lines.at(-1) === "";
  if (isEnded) lines.pop();
  const marked = lines.map((content): DiffLine => ({ type, text: sign + content }));
  return isEnded ? marked : [...marked, { type: "kept", text: "\\ No newline at end of file" }];
}

function shortened(compared: readonly DiffLine[]): readonly Line[] {
  const isChanged = (entry: DiffLine) => entry.type === "added" || entry.type === "removed";
  const changed = compared.flatMap((entry, position) => (isChanged(entry) ? [position] : []));
  const left = changed.length - SHOWN_LINES;
  const shown = left > 0 ? compared.slice(0, (changed[SHOWN_LINES - 1] ?? 0) + 1) : compared;
  const lines = shown.map(shownLine);
  if (left <= 0) return lines;
  return [...lines, line(toned("faint", `  … ${left} more ${left === 1 ? "line" : "lines"}`))];
}

function shownLine({ type, text }: DiffLine): Line {
  return line(toned(TONES[type], `  ${text}`));
}

const TONES: Readonly<Record<DiffLine["type"], Tone>> = {
  place: "faint",
  removed: "removed",
  added: "added",
  kept: "faint",
};

function measure(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  if (typeof value !== "string") return formatValue(value);
  const count = value.split("\n").length - (value.endsWith("\n") ? 1 : 0);
  return `${count} ${count === 1 ? "line" : "lines"}, ${value.length} characters`;
}
