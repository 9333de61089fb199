import { styleText } from "node:util";
import stringWidth from "fast-string-width";
import { escapeControls, type Line, type Span, type Tone } from "../text/line.ts";

const STYLES = {
  good: "green",
  bad: "red",
  changed: "yellow",
  added: "green",
  removed: "red",
  strong: "bold",
  faint: "dim",
} as const satisfies Readonly<Record<Tone, string>>;

/** The line in color, with whatever a terminal would obey made visible. */
export function paint(content: Line): string {
  return content.map(paintSpan).join("");
}

function paintSpan({ text, tone }: Span): string {
  const safe = escapeControls(text);
  return tone === undefined ? safe : colored(safe, tone);
}

/** Whether there is a terminal that wants colors was decided before. */
function colored(text: string, tone: Tone): string {
  return styleText(STYLES[tone], text, { validateStream: false });
}

/** The same, cut to the columns there are: a live line that wraps could not be cleared. */
export function fit(content: Line, columns: number): string {
  let left = columns;
  let text = "";
  for (const span of content) {
    const shown = cut(escapeControls(span.text).replaceAll("\t", " "), left);
    left -= stringWidth(shown);
    text += span.tone === undefined ? shown : colored(shown, span.tone);
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
