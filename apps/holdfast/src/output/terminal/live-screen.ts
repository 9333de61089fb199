import type { Stream } from "../../surroundings.ts";
import type { Frame, Size } from "../frame.ts";
import { fit } from "./paint.ts";

/** The whole screen, redrawn in place. */
export interface LiveScreen {
  /** Draws this now, and again when the terminal has another size. */
  draw(lines: Frame["lines"]): void;
  /** Gives the screen back as it was, with the last frame below what was printed before. May be called twice. */
  close(): void;
}

/** The assumed size of a terminal that does not report one. */
const USUAL: Size = { columns: 80, rows: 24 };

/** xterm's control sequences: the other screen and back, the cursor hidden and shown. */
const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_TO_LINE_END = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

/** Takes the screen of a terminal. A process that is ended in whatever way gives it back. */
export function openLiveScreen(stream: Stream): LiveScreen {
  let shown: Frame["lines"] = () => [];
  let isOpen = true;
  stream.write(ENTER);
  stream.on?.("resize", redraw);
  process.once("exit", close);
  return {
    draw(lines) {
      shown = lines;
      redraw();
    },
    close,
  };

  function frame(): readonly string[] {
    const { columns = USUAL.columns, rows = USUAL.rows } = stream;
    return shown({ columns, rows }).map((content) => fit(content, columns - 1));
  }

  function redraw(): void {
    if (!isOpen) return;
    const text = frame().map((each) => `${each}${CLEAR_TO_LINE_END}\n`);
    stream.write(HOME + text.join("") + CLEAR_BELOW);
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    stream.off?.("resize", redraw);
    process.off("exit", close);
    stream.write(
      LEAVE +
        frame()
          .map((each) => `${each}\n`)
          .join(""),
    );
  }
}
