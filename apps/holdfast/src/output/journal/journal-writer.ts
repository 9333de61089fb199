import { PRIORITY, withPriority } from "../../journal/priority.ts";
import type { Stream } from "../../surroundings.ts";
import { plainText } from "../text/line.ts";
import type { Writer } from "../text/writer.ts";

/** Writes plain lines with their priority for systemd's journal, which adds the time. */
export function createJournalWriter(stream: Stream): Writer {
  const print: Writer["print"] = (lines, priority = PRIORITY.info) => {
    const text = lines.map((content) => withPriority(priority, plainText(content))).join("");
    if (text !== "") stream.write(text);
  };
  return {
    print,
    live() {},
    frame: (lines) => print(lines(undefined)),
    close() {},
  };
}
