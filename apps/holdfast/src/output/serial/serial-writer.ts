import type { Stream } from "../../surroundings.ts";
import { type Line, plainText } from "../text/line.ts";
import type { Writer } from "../text/writer.ts";

/** Writes lines as plain text: no color, no live line, no movement of the cursor. */
export function createSerialWriter(stream: Stream): Writer {
  const print = (lines: readonly Line[]): void => {
    if (lines.length > 0) stream.write(`${lines.map(plainText).join("\n")}\n`);
  };
  return {
    print,
    live() {},
    frame: (lines) => print(lines(undefined)),
    close() {},
  };
}
