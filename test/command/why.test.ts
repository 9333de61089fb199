import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { type Json, Scratch, Serving } from "./command.ts";

const RESOURCES = [
  '{ kind: file, name: /a, spec: { content: "one\\n", mode: "0644" } }',
  '{ kind: file, name: /hush, spec: { content: "hush\\n", mode: "0600" } }',
  '{ kind: file, name: /missing/x, spec: { content: "x" } }',
  '{ kind: file, name: /b, spec: { content: "b" }, meta: { dependsOn: ["file:/missing/x"] } }',
  '{ kind: file, name: /c, spec: { content: "c" }, meta: { dependsOn: ["file:/b"] } }',
];

test("why: a repaired drift is explained with its trigger, its finding, its end and the next step", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, RESOURCES);
  const since = serving.events.length;
  fs.writeFileSync(scratch.at("a"), "bad\n");
  await serving.event({ type: "result", id: "file:/a", status: "changed" }, since);
  const { code, stdout } = scratch.run("why", ["file:/a", "--out", "serial"]);
  assert.equal(code, 0);
  assert.match(stdout, /^file:\/a {2}Ready {2}as declared, since \d{4}-/);
  assert.match(stdout, /\n {2}last news {3}\S+Z, under generation 1\n/);
  assert.match(stdout, /\n {4}asked by {2}the operating system: \w+, at \S+Z\n/);
  assert.match(stdout, /\n {4}found {5}content: "bad\\n" → "one\\n"\n/);
  assert.match(stdout, /\n {4}ended {5}repaired in [\d.]+ ms\n/);
  assert.match(stdout, /\n {2}next {8}[^]*watched; observed anyway at \S+Z\n$/);
});

test("why: a resource that is held back is explained with every step to the root, its fault and its next attempt", async () => {
  using scratch = new Scratch();
  await using _serving = await Serving.start(scratch, RESOURCES);
  const { stdout } = scratch.run("why", ["file:/c", "--out", "serial"]);
  const steps = stdout.split("\nheld back by\n").map((text) => text.trimStart().split("  ")[0]);
  assert.deepEqual(steps, ["file:/c", "file:/b", "file:/missing/x"]);
  assert.match(stdout, /\n {14}NotFound: .*\n {14}→ Declare directory:\/missing/);
  assert.match(stdout, /\n {2}next {8}next attempt, after \d that failed, at \S+Z\n/);
  const { value } = scratch.json("why", ["file:/c"]);
  assert.deepEqual(value["blockedThrough"], ["file:/b", "file:/missing/x"]);
});

test("why: what is private is shown to root alone, and what is not declared is not found", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, RESOURCES);
  const since = serving.events.length;
  fs.writeFileSync(scratch.at("hush"), "tampered\n");
  await serving.event({ type: "result", id: "file:/hush", status: "changed" }, since);
  const { stdout } = scratch.run("why", ["file:/hush", "--out", "serial"]);
  const isRoot = process.getuid?.() === 0;
  assert.equal(/tampered/.test(stdout), isRoot, stdout);
  assert.equal(/not world-readable/.test(stdout), !isRoot, stdout);
  const { code, value } = scratch.json("why", ["file:/other"]);
  assert.equal(code, 11);
  assert.equal((Object(value["error"]) as Json)["reason"], "NotFound");
});

test("why: the output of a command is shown to the agent's own user, its end unless all is wanted", async () => {
  using scratch = new Scratch();
  const script = "seq 1 30; echo oops >&2; exit 7";
  const failing = `{ kind: exec, name: e, spec: { command: "${script}", shell: true, creates: /x } }`;
  await using _serving = await Serving.start(scratch, [failing]);
  const { stdout } = scratch.run("why", ["exec:e", "--out", "serial"]);
  assert.match(
    stdout,
    /\n {2}printed {5}… 23 earlier lines; [^]* {16}30\n {14}stderr:\n {16}oops\n/,
  );
  const whole = scratch.run("why", ["exec:e", "--out", "serial", "--verbose"]).stdout;
  assert.match(whole, /\n {2}printed {5}stdout:\n {16}1\n/);
});
