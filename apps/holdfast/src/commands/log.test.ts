import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, Log } from "@holdfast/core";
import { chooseLogFormat, createLog, type LogOptions } from "./log.ts";

const NOWHERE = { stdout: false, stderr: false };

/** The output of a log of this form for the same calls. */
function written(options: LogOptions, journal = NOWHERE): readonly string[] {
  const lines: string[] = [];
  const log = createLog({ stderr: { write: (text) => lines.push(text) }, journal }, options);
  const fields: JsonObject = { path: "/a\nb" };
  for (const level of ["debug", "info", "warn", "error"] as const satisfies (keyof Log)[]) {
    log[level]("it is\nso", fields);
  }
  return lines;
}

test("log: warnings and errors always, the rest when asked for", () => {
  assert.equal(written({}).length, 2);
  assert.equal(written({ isVerbose: true }).length, 4);
});

test("log: for people, one line a message whatever is in it", () => {
  assert.equal(written({ format: "text" })[0], 'warning: it is\\nso path="/a\\nb"\n');
});

test("log: the journal gets the priority and no time, and only where it reads", () => {
  const lines = written({ isVerbose: true }, { stdout: false, stderr: true });
  const expected = [7, 6, 4, 3].map((level) => `<${level}>it is\\nso path="/a\\nb"\n`);
  assert.deepEqual(lines, expected);
  assert.equal(written({}, { stdout: true, stderr: false })[0]?.startsWith("warning: "), true);
});

test("log: for programs, an object a line whose own fields cannot be overwritten", () => {
  const lines: string[] = [];
  const stderr = { write: (text: string) => lines.push(text) };
  createLog({ stderr, journal: NOWHERE }, { format: "json" }).warn("a\nb", { level: "x", n: 1 });
  const { at, ...rest } = JSON.parse(lines[0] ?? "") as JsonObject;
  assert.match(JSON.stringify(at), /^"\d{4}-\d\d-\d\dT[\d:.]+Z"$/);
  assert.deepEqual(rest, { level: "warning", n: 1, message: "a\nb" });
  assert.equal(lines.length, 1);
});

test("log: of a service it is for the journal, for a terminal, or else for programs, unless an option names it", () => {
  const stream = (isTTY: boolean) => ({ isTTY, write: () => {} });
  const journal = { stdout: false, stderr: true };
  assert.equal(chooseLogFormat(undefined, { stderr: stream(false), journal }), "journal");
  assert.equal(chooseLogFormat(undefined, { stderr: stream(true), journal: NOWHERE }), "text");
  assert.equal(chooseLogFormat(undefined, { stderr: stream(false), journal: NOWHERE }), "json");
  assert.equal(chooseLogFormat("text", { stderr: stream(false), journal }), "text");
});
