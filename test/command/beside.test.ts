import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { type Json, Scratch, Serving } from "./command.ts";

const RESOURCES = [
  '{ kind: file, name: /a, spec: { content: "one\\n" } }',
  '{ kind: file, name: /b, spec: { content: "two\\n" }, meta: { tags: [web] } }',
];

test("§6.10: plan without a source asks the agent that serves, and says what it knows or finds", async () => {
  using scratch = new Scratch();
  await using _serving = await Serving.start(scratch, RESOURCES);
  const calm = scratch.run("plan", ["--out", "serial"]);
  assert.deepEqual([calm.code, calm.stdout], [0, "Plan: 2 in sync.\n"]);
  assert.equal(scratch.run("pause").code, 0);
  fs.writeFileSync(scratch.at("a"), "bad\n");
  fs.rmSync(scratch.at("b"));
  const { code, stdout } = scratch.run("plan", ["--out", "serial"]);
  assert.equal(code, 5);
  assert.match(stdout, /^~ file:\/a\n {4}content: "bad\\n" → "one\\n"\n\+ file:\/b\n/);
  const { value } = scratch.json("plan", ["--only", "web"]);
  const actions = Array.isArray(value["actions"]) ? (value["actions"] as readonly Json[]) : [];
  assert.deepEqual(
    actions.map(({ id, verb }) => [id, verb]),
    [["file:/b", "create"]],
  );
  const wrong = scratch.run("plan", ["--only", "wbe", "--out", "serial"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /"wbe" is no id, kind or tag .*Did you mean "web"\?/);
});

test("§6.10: apply without a source has the agent read its source again, and waits for every verdict", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, RESOURCES);
  const same = scratch.run("apply", ["--out", "serial"]);
  assert.equal(same.code, 0);
  assert.match(same.stdout, /^Applied: 2 in sync in /);
  scratch.manifest([...RESOURCES.slice(0, 1), '{ kind: file, name: /c, spec: { content: "c" } }']);
  const changed = scratch.run("apply", ["--out", "serial"]);
  assert.equal(changed.code, 2, changed.output);
  assert.match(changed.stdout, /✓ file:\/c {2}changed, /);
  assert.match(changed.stdout, /\nApplied: 1 changed, 1 in sync in /);
  assert.equal(fs.readFileSync(scratch.at("c"), "utf8"), "c");
  scratch.source("manifest.yaml", "broken: [");
  const broken = scratch.run("apply", ["--out", "serial"]);
  assert.equal(broken.code, 1);
  assert.match(broken.output, /InputInvalid: .*manifest\.yaml:\d+:\d+/);
  assert.equal(serving.child.exitCode, null, "it goes on with the good one");
});

test("§6.10: a failure of the agent's apply is in the report, as of one that was made here", async () => {
  using scratch = new Scratch();
  const missing = '{ kind: file, name: /missing/x, spec: { content: "x" } }';
  await using _serving = await Serving.start(scratch, [...RESOURCES, missing]);
  const { code, value } = scratch.json("apply");
  assert.equal(code, 3);
  const results = Array.isArray(value["results"]) ? (value["results"] as readonly Json[]) : [];
  const failed = results.find(({ id }) => id === "file:/missing/x");
  assert.equal(failed?.["status"], "failed");
  assert.equal((Object(failed?.["fault"]) as Json)["reason"], "NotFound");
  assert.equal((Object(value["summary"]) as Json)["total"], 3);
});

test("§6.10: apply of another source, or with options that only a source obeys, is refused beside the agent", async () => {
  using scratch = new Scratch();
  await using _serving = await Serving.start(scratch, RESOURCES);
  for (const args of [["manifest.yaml"], ["manifest.yaml", "--mode", "detect"]]) {
    const { code, output } = scratch.run("apply", [...args, "--out", "serial"]);
    assert.equal(code, 1);
    assert.match(output, /AgentRunning: .*\n→ .*holdfast apply without a source/);
  }
});

test("§6.10: a paused agent refuses an apply and says who paused it", async () => {
  using scratch = new Scratch();
  await using _serving = await Serving.start(scratch, RESOURCES);
  scratch.run("pause", ["--reason", "upgrade"]);
  const { code, output } = scratch.run("apply", ["--out", "serial"]);
  assert.equal(code, 1);
  assert.match(output, /Paused: .*: upgrade\n→ .*holdfast resume/);
});
