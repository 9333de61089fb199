import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { Size } from "../frame.ts";
import { line, toned } from "../text/line.ts";
import { openLiveScreen } from "./live-screen.ts";

const ESCAPE = "\u001b";

/** A terminal as far as a screen uses one: it knows what is on its other screen, and scrolls when it is overrun. */
class Terminal {
  readonly events = new EventEmitter();
  columns: number;
  rows: number;
  written = "";

  constructor({ columns, rows }: Size) {
    this.columns = columns;
    this.rows = rows;
  }

  on(event: "resize", listener: () => void): void {
    this.events.on(event, listener);
  }

  off(event: "resize", listener: () => void): void {
    this.events.off(event, listener);
  }

  write(text: string): void {
    this.written += text;
  }

  resize({ columns, rows }: Size): void {
    Object.assign(this, { columns, rows });
    this.events.emit("resize");
  }

  /** The rows of the last frame, without colors. */
  get frame(): readonly string[] {
    const frame = this.written.split(`${ESCAPE}[H`).at(-1) ?? "";
    const [text = ""] = frame.split(`${ESCAPE}[J`);
    return stripVTControlCharacters(text).split("\n").slice(0, -1);
  }
}

const numbered = ({ rows }: Size) =>
  Array.from({ length: rows - 1 }, (_, row) => line(toned("bad", `row ${row} `), "x".repeat(500)));

test("screen: no row is wider than the terminal, and the last one stays free, at every size", () => {
  const anySize = fc.record({
    columns: fc.integer({ min: 2, max: 300 }),
    rows: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(anySize, anySize, (before, after) => {
      const terminal = new Terminal(before);
      const screen = openLiveScreen(terminal);
      screen.draw((size) => numbered(size ?? before));
      for (const size of [before, after]) {
        if (size === after) terminal.resize(after);
        assert.equal(terminal.frame.length, size.rows - 1);
        for (const row of terminal.frame) assert.ok(row.length < size.columns, row);
      }
      screen.close();
    }),
  );
});

test("screen: the terminal is given back with the cursor and the last frame, once, and left alone then", () => {
  const terminal = new Terminal({ columns: 20, rows: 5 });
  const listeners = process.listenerCount("exit");
  const screen = openLiveScreen(terminal);
  assert.ok(terminal.written.startsWith(`${ESCAPE}[?1049h${ESCAPE}[?25l`));
  screen.draw(() => [line("one"), line("two")]);
  screen.close();
  screen.close();
  assert.ok(terminal.written.endsWith(`${ESCAPE}[?25h${ESCAPE}[?1049lone\ntwo\n`));
  const { length } = terminal.written;
  terminal.resize({ columns: 10, rows: 5 });
  screen.draw(() => [line("three")]);
  assert.equal(terminal.written.length, length);
  assert.equal(terminal.events.listenerCount("resize"), 0);
  assert.equal(process.listenerCount("exit"), listeners);
});

test("screen: terminal commands are made visible", () => {
  const terminal = new Terminal({ columns: 40, rows: 5 });
  const screen = openLiveScreen(terminal);
  screen.draw(() => [line(`a${ESCAPE}[2Jb\nc`)]);
  assert.deepEqual(terminal.frame, ["a\\e[2Jb\\nc"]);
  screen.close();
});
