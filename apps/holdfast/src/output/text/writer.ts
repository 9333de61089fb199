import type { Priority } from "../../journal/priority.ts";
import type { Frame } from "../frame.ts";
import type { Line } from "./line.ts";

/** Puts lines before a person. */
export interface Writer {
  /** `priority` is for the journal; default: info. */
  print(lines: readonly Line[], priority?: Priority): void;
  /** Shows this below what is printed until it is replaced; `undefined` shows nothing. */
  live(content: Line | undefined): void;
  /** Shows this instead of the frame before; who cannot redraw prints it. */
  frame(lines: Frame["lines"]): void;
  /** Takes the live line and the frame away. May be called twice. A promise: when the person has read it all. */
  close(): void | Promise<void>;
}
