import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { type Json, Scratch, Serving } from "./command.ts";

const RESOURCES = ['{ kind: file, name: /a, spec: { content: "one\\n" } }'];

test("pause: the agent leaves everything alone, status says who paused it and what for, and resume makes it go on", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, RESOURCES);
  const paused = scratch.json("pause", ["--reason", "kernel upgrade"]);
  assert.equal(paused.code, 0);
  const pause = Object(paused.value["paused"]) as Json;
  assert.match(String(pause["by"]), new RegExp(`\\buid ${process.getuid?.()}\\b`));
  assert.equal(pause["reason"], "kernel upgrade");
  await serving.event({ type: "degraded", subject: "pause" });
  fs.writeFileSync(scratch.at("a"), "bad\n");
  const status = scratch.run("status", ["--out", "serial"]).stdout;
  assert.match(
    status,
    /\n {4}Paused: the agent is paused by .*uid \d+.* since \S+Z: kernel upgrade\n/,
  );
  assert.match(status, /\nWaiting {2}file:\/a {2}paused by an operator\n/);
  const refused = scratch.json("reconcile");
  assert.deepEqual([refused.code, reasonOf(refused.value)], [1, "Paused"]);
  assert.equal(fs.readFileSync(scratch.at("a"), "utf8"), "bad\n");
  const since = serving.events.length;
  assert.deepEqual(scratch.json("resume").value["wasPaused"], true);
  await serving.event({ type: "result", id: "file:/a", status: "changed" }, since);
  assert.equal(fs.readFileSync(scratch.at("a"), "utf8"), "one\n");
  assert.deepEqual(scratch.json("resume").value["wasPaused"], false);
  const history = scratch.run("history", ["agent", "--out", "serial"]).stdout;
  assert.match(history, /ordered agent {2}asked for by .*uid \d+.*, pause, kernel upgrade, serve-/);
  assert.match(history, /ordered agent {2}asked for by .*uid \d+.*, resume, serve-/);
});

test("pause: without an agent it waits for the next one, and outlives each of them", async () => {
  using scratch = new Scratch();
  assert.match(scratch.run("pause", ["--out", "serial"]).stdout, /^paused; no agent runs/);
  const name = scratch.manifest(RESOURCES);
  const applied = scratch.run("apply", [name, "--out", "serial", "--detailed-exit-codes"]);
  assert.equal(applied.code, 1);
  assert.match(
    applied.output,
    /^Paused: the agent is paused by .*uid \d+.* since \S+Z\n→ .*resume/,
  );
  assert.equal(fs.existsSync(scratch.at("a")), false);
  {
    await using serving = await Serving.start(scratch, RESOURCES);
    await serving.event({ type: "degraded", subject: "pause" });
    assert.equal(await serving.end("SIGTERM"), 0);
  }
  assert.equal(fs.existsSync(scratch.at("a")), false);
  assert.equal(scratch.run("resume", [], { SUDO_USER: "alice" }).code, 0);
  const history = scratch.run("history", ["--out", "serial"]).stdout;
  assert.match(
    history,
    /ordered agent {2}asked for by .*uid \d+\), by sudo of alice, resume, resume-/,
  );
  assert.equal(scratch.run("apply", [name]).code, 2);
  assert.ok(fs.existsSync(scratch.at("a")));
});

test("pause: a reason that is too long is refused, and nothing is paused", async () => {
  using scratch = new Scratch();
  for (const isServed of [false, true]) {
    await using _serving = isServed ? await Serving.start(scratch, RESOURCES) : undefined;
    const { code, value } = scratch.json("pause", ["--reason", "x".repeat(501)]);
    assert.deepEqual([code, reasonOf(value)], [1, "InputInvalid"]);
    assert.deepEqual(scratch.json("resume").value["wasPaused"], false);
  }
});

function reasonOf({ error }: Json): unknown {
  return (Object(error) as Json)["reason"];
}
