import stringWidth from "fast-string-width";
import pico from "picocolors";
import type { Stream } from "../../surroundings.ts";
import { escapeControls, type Line, type Span, type Tone } from "../text/line.ts";
import type { Writer } from "../text/writer.ts";

/** How often the live line may change. */
const REDRAW_MS = 80;

const CLEAR_LINE = "\r\u001b[2K";

/** Writes colored lines, and keeps one live line below them. */
export function createTerminalWriter(stream: Stream): Writer {
  let wanted: Line | undefined;
  let isShown = false;
  let timer: NodeJS.Timeout | undefined;

  function draw(): void {
    timer = undefined;
    if (!isShown && wanted === undefined) return;
    stream.write(
      CLEAR_LINE + (wanted === undefined ? "" : fit(wanted, (stream.columns ?? 80) - 1)),
    );
    isShown = wanted !== undefined;
  }

  return {
    print(lines) {
      if (lines.length === 0) return;
      const text = lines.map((content) => `${content.map(paint).join("")}\n`).join("");
      stream.write(isShown ? CLEAR_LINE + text : text);
      isShown = false;
      if (wanted !== undefined) timer ??= setTimeout(draw, REDRAW_MS).unref();
    },
    live(content) {
      wanted = content;
      timer ??= setTimeout(draw, REDRAW_MS).unref();
    },
    close() {
      clearTimeout(timer);
      wanted = undefined;
      draw();
    },
  };
}

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

function paint({ text, tone }: Span): string {
  const safe = escapeControls(text);
  return tone === undefined ? safe : PAINT[tone](safe);
}

/** The line cut to the columns there are: a live line that wraps could not be cleared. */
function fit(content: Line, columns: number): string {
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
