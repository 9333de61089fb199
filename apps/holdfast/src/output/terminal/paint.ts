import stringWidth from "fast-string-width";
import pico from "picocolors";
import { escapeControls, type Line, type Span, type Tone } from "../text/line.ts";

const colors = pico.createColors(true);

const PAINT: Readonly<Record<Tone, (text: string) => string>> = {
  good: colors.green,
  bad: colors.red,
  changed: colors.yellow,
  added: colors.green,
  removed: colors.red,
  strong: colors.bold,
  faint: colors.dim,
};

/** The line in color, with whatever a terminal would obey made visible. */
export function paint(content: Line): string {
  return content.map(paintSpan).join("");
}

function paintSpan({ text, tone }: Span): string {
  const safe = escapeControls(text);
  return tone === undefined ? safe : PAINT[tone](safe);
}

/** The same, cut to the columns there are: a live line that wraps could not be cleared. */
export function fit(content: Line, columns: number): string {
  let left = columns;
  let text = "";
  for (const span of content) {
    const shown = cut(escapeControls(span.text).replaceAll("\t", " "), left);
    left -= stringWidth(shown);
    text += span.tone === undefined ? shown : PAINT[span.tone](shown);
  }
  return text;
}

function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const character of text) {
    width += stringWidth(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return columns > 0 ? `${kept}…` : "";
}
