import type { Stream } from "../../surroundings.ts";
import type { Line } from "../text/line.ts";
import type { Writer } from "../text/writer.ts";
import { type LiveScreen, openLiveScreen } from "./live-screen.ts";
import { fit, paint } from "./paint.ts";

/** How often the live line may change. */
const REDRAW_MS = 80;

const CLEAR_LINE = "\r\u001b[2K";

/** Writes colored lines and keeps one live line below them; frames take the whole screen. */
export function createTerminalWriter(stream: Stream): Writer {
  let wanted: Line | undefined;
  let isShown = false;
  let timer: NodeJS.Timeout | undefined;
  let screen: LiveScreen | undefined;

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
      const text = lines.map((content) => `${paint(content)}\n`).join("");
      stream.write(isShown ? CLEAR_LINE + text : text);
      isShown = false;
      if (wanted !== undefined) timer ??= setTimeout(draw, REDRAW_MS).unref();
    },
    live(content) {
      wanted = content;
      timer ??= setTimeout(draw, REDRAW_MS).unref();
    },
    frame(lines) {
      screen ??= openLiveScreen(stream);
      screen.draw(lines);
    },
    close() {
      screen?.close();
      screen = undefined;
      clearTimeout(timer);
      wanted = undefined;
      draw();
    },
  };
}
