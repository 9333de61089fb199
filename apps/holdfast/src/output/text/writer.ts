import type { Line } from "./line.ts";

/** Puts lines before a person. */
export interface Writer {
  print(lines: readonly Line[]): void;
  /** Shows this below what is printed until it is replaced; `undefined` shows nothing. */
  live(content: Line | undefined): void;
  /** Takes the live line away. May be called twice. */
  close(): void;
}
