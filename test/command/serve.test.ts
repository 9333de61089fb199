import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { processesWith, Scratch, Serving } from "./command.ts";

const RESOURCES = [
  '{ kind: directory, name: /d, spec: { mode: "0755" } }',
  '{ kind: file, name: /d/a, spec: { content: "one\\n", mode: "0640" } }',
  "{ kind: link, name: /d/l, spec: { target: a } }",
];

test("serve: every tampering of every sort is noticed, published and repaired, the second like the first", async () => {
  using scratch = new Scratch();
  const name = scratch.manifest([
    ...RESOURCES,
    '{ kind: line, name: port, spec: { path: /d/conf, line: "port 80", match: "^port " } }',
    "{ kind: file, name: /d/conf, spec: {} }",
  ]);
  await using serving = new Serving(scratch, [name]);
  await serving.event({ type: "watching", resources: 5, watched: 5, polled: 0 });
  const file = scratch.at("d/a");
  const tampers: readonly (readonly [string, () => void])[] = [
    ["file:/d/a", () => fs.writeFileSync(file, "two\n")],
    ["file:/d/a", () => fs.chmodSync(file, 0o600)],
    ["file:/d/a", () => fs.rmSync(file)],
    ["file:/d/a", () => fs.renameSync(other(), file)],
    ["link:/d/l", () => fs.rmSync(scratch.at("d/l"))],
    ["line:port", () => fs.writeFileSync(scratch.at("d/conf"), "port 81\n")],
    ["directory:/d", () => fs.chmodSync(scratch.at("d"), 0o700)],
  ];
  const other = (): string => {
    fs.writeFileSync(scratch.at("other"), "other\n");
    return scratch.at("other");
  };
  for (const [id, damage] of [...tampers, ...tampers]) {
    const since = serving.events.length;
    damage();
    const drift = await serving.event({ type: "drift", id }, since);
    assert.equal(typeof drift["trigger"], "string");
    const result = await serving.event({ type: "result", id, status: "changed" }, since);
    assert.equal(result["cause"], "drift");
    assert.equal(typeof result["latencyMs"], "number");
  }
  assert.equal(fs.readFileSync(file, "utf8"), "one\n");
  assert.equal(fs.statSync(file).mode & 0o7777, 0o640);
  assert.equal(fs.readFileSync(scratch.at("d/conf"), "utf8"), "port 80\n");
  assert.equal(await serving.end("SIGTERM"), 0);
  assert.equal(serving.events.at(-1)?.["type"], "stopped");
});

test("K2: a directory that is removed with all in it comes back, and its files are watched again", async () => {
  using scratch = new Scratch();
  await using serving = new Serving(scratch, [scratch.manifest(RESOURCES)]);
  await serving.event({ type: "watching" });
  for (let round = 0; round < 2; round++) {
    const since = serving.events.length;
    scratch.removeTree("d");
    await serving.event({ type: "result", id: "file:/d/a", status: "changed" }, since);
    await serving.event({ type: "result", id: "link:/d/l", status: "changed" }, since);
    const failed = serving.events.slice(since).filter(({ status }) => status === "failed");
    assert.deepEqual(failed, [], "they wait for the directory");
  }
  const since = serving.events.length;
  fs.writeFileSync(scratch.at("d/a"), "tampered");
  await serving.event({ type: "result", id: "file:/d/a", status: "changed" }, since);
});

test("D14, D18: SIGHUP takes a new manifest over, and keeps the good one when the new one is broken", async () => {
  using scratch = new Scratch();
  const name = scratch.manifest(RESOURCES);
  await using serving = new Serving(scratch, [name]);
  await serving.event({ type: "watching" });
  scratch.source(name, "broken: [");
  serving.child.kill("SIGHUP");
  const degraded = await serving.event({ type: "degraded", subject: "source" });
  assert.match(JSON.stringify(degraded["fault"]), /manifest\.yaml:\d+:\d+/);
  const since = serving.events.length;
  fs.writeFileSync(scratch.at("d/a"), "tampered");
  await serving.event({ type: "result", id: "file:/d/a", status: "changed" }, since);
  scratch.manifest([...RESOURCES, "{ kind: file, name: /d/new, spec: { content: x } }"]);
  serving.child.kill("SIGHUP");
  await serving.event({ type: "recovered", subject: "source" });
  await serving.event({ type: "result", id: "file:/d/new", status: "changed" });
});

test("D12: --timeout ends it once nothing changed, with the exit code of what was done", async () => {
  using scratch = new Scratch();
  const name = scratch.manifest(RESOURCES);
  assert.equal(scratch.run("serve", [name, "--timeout", "200ms"]).code, 2);
  const { code, output } = scratch.run("serve", [name, "--timeout", "200ms", "--out", "serial"]);
  assert.equal(code, 0);
  assert.match(output, /watching 3 resources: 3 by events/);
});

test("promise 10: a second agent on the same root is refused, and a plan beside it is not", async () => {
  using scratch = new Scratch();
  const name = scratch.manifest(RESOURCES);
  await using serving = new Serving(scratch, [name]);
  await serving.event({ type: "watching" });
  const { code, output } = scratch.run("apply", [name, "--out", "serial"]);
  assert.equal(code, 1);
  assert.match(output, new RegExp(`AgentRunning: .*pid ${serving.child.pid}`));
  assert.equal(scratch.run("plan", [name]).code, 0);
});

test("K5: a one-shot that was cut off is never run again by itself", async () => {
  using scratch = new Scratch();
  const command = '[/bin/sh, -c, "echo run >> $HOLDFAST_ROOT/runs; exec sleep 8640052"]';
  const name = scratch.manifest([
    `{ kind: exec, name: once, spec: { command: ${command}, idempotencyKey: key-1 } }`,
  ]);
  await using serving = new Serving(scratch, [name, "--root-exec"]);
  await serving.event({ type: "started" });
  while (!fs.existsSync(scratch.at("runs"))) await new Promise(setImmediate);
  await serving.end("SIGKILL");
  // An agent that is killed cannot end its children; who kills it must.
  for (const pid of processesWith("8640052")) process.kill(pid);
  const again = scratch.run("apply", [name, "--root-exec", "--out", "serial"]);
  assert.equal(again.code, 4);
  assert.match(again.output, /OutcomeUnknown: .*key-1.*\n.*holdfast ledger resolve key-1/);
  assert.equal(scratch.run("ledger", ["resolve", "key-1", "--done"]).code, 0);
  // What took effect without a record of it is recorded now, so that whoever is to be notified is: it has changed.
  assert.equal(scratch.run("apply", [name, "--root-exec"]).code, 2);
  assert.equal(scratch.run("apply", [name, "--root-exec"]).code, 0);
  assert.equal(fs.readFileSync(scratch.at("runs"), "utf8"), "run\n");
});
