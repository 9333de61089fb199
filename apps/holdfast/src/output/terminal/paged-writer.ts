import type { Stream, Surroundings } from "../../surroundings.ts";
import { type Line, plainText } from "../text/line.ts";
import type { Writer } from "../text/writer.ts";
import { paint } from "./paint.ts";
import { pagerOf, runPager } from "./run-pager.ts";

/**
 * Keeps what is printed until the end, and then shows it in a pager where it is longer than the terminal; else, or where
 * no pager starts, it is printed as ever.
 */
export function createPagedWriter(inner: Writer, surroundings: Surroundings): Writer {
  const kept: Line[] = [];

  async function show(lines: readonly Line[]): Promise<void> {
    const pager = fits(lines, surroundings.stdout) ? undefined : pagerOf(surroundings);
    const text = pager === undefined ? "" : lines.map((content) => `${paint(content)}\n`).join("");
    if (pager === undefined || !(await runPager(pager, text, surroundings))) inner.print(lines);
  }

  return {
    print: (lines) => {
      for (const content of lines) kept.push(content);
    },
    live: (content) => inner.live(content),
    frame: (lines) => inner.frame(lines),
    async close() {
      await inner.close();
      await show(kept.splice(0));
    },
  };
}

/** Whether a terminal shows all of it at once, beside its prompt. One of unknown size shows what is usual. */
function fits(lines: readonly Line[], { rows = 24, columns = 80 }: Stream): boolean {
  if (lines.length >= rows) return false;
  const wrapped = lines.map((content) =>
    Math.max(1, Math.ceil(plainText(content).length / columns)),
  );
  return wrapped.reduce((sum, count) => sum + count, 0) < rows;
}
