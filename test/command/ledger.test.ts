import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { test } from "node:test";
import { isRoot, processesWith, Scratch, Serving } from "./command.ts";

const LEDGER = "var/lib/holdfast/ledger.jsonl";
const FILE = '{ kind: file, name: /a, spec: { content: "one\\n" } }';

/** A one-shot that says in `runs` that it ran. */
function oneShot(key: string, rest = ""): string {
  const command = `[/bin/sh, -c, "echo run >> $HOLDFAST_ROOT/runs${rest}"]`;
  return `{ kind: exec, name: once, spec: { command: ${command}, idempotencyKey: ${key} } }`;
}

const runsOf = (scratch: Scratch): string => fs.readFileSync(scratch.at("runs"), "utf8");

test("K5: a one-shot in doubt is settled beside the agent that serves, which acts on it at once", async () => {
  using scratch = new Scratch();
  const resources = [oneShot("key-1", "; exec sleep 8640077")];
  const name = scratch.manifest(resources);
  {
    await using killed = new Serving(scratch, [name, "--root-exec"]);
    await killed.event({ type: "started" });
    while (!fs.existsSync(scratch.at("runs"))) await new Promise(setImmediate);
    await killed.end("SIGKILL");
  }
  for (const pid of processesWith("8640077")) process.kill(pid);
  await using serving = await Serving.start(scratch, resources);
  const since = serving.events.length;
  const { code, output } = scratch.run("ledger", ["resolve", "key-1", "--done", "--out", "serial"]);
  assert.equal(code, 0, output);
  assert.match(output, /key-1 is done/);
  const order = { type: "ordered", order: "resolve", detail: "key-1: it was done" };
  await serving.event(order, since);
  await serving.event({ type: "result", id: "exec:once", status: "changed" }, since);
  assert.equal(runsOf(scratch), "run\n");
  const again = scratch.run("ledger", ["resolve", "key-1", "--done", "--out", "serial"]);
  assert.match(again.output, /NotFound: key-1 is not in doubt/);
});

test("K5, C5: with a damaged ledger the agent starts, says what is lost, repairs, and runs no one-shot that it does not know", async () => {
  using scratch = new Scratch();
  const resources = [FILE, oneShot("key-1")];
  const name = scratch.manifest(resources);
  assert.equal(scratch.run("apply", [name, "--root-exec"]).code, 2);
  const text = fs.readFileSync(scratch.at(LEDGER), "utf8");
  for (const spoilt of [text.replaceAll('"key-1"', '"kex-1"'), "garbage\n", ""]) {
    fs.writeFileSync(scratch.at(LEDGER), spoilt);
    fs.writeFileSync(scratch.at("a"), "tampered\n");
    const { output } = scratch.run("apply", [name, "--root-exec", "--out", "serial"]);
    assert.match(output, /LedgerCorrupt/);
    assert.match(output, /OutcomeUnknown: .*key-1/);
    assert.equal(fs.readFileSync(scratch.at("a"), "utf8"), "one\n", "the rest is repaired");
    assert.equal(runsOf(scratch), "run\n");
  }
  await using serving = await Serving.start(scratch, resources);
  const degraded = await serving.event({ type: "degraded", subject: "ledger" });
  assert.match(JSON.stringify(degraded["fault"]), /holdfast ledger resolve --lost --again/);
  const since = serving.events.length;
  assert.equal(scratch.run("ledger", ["resolve", "--lost", "--again"]).code, 0);
  await serving.event({ type: "recovered", subject: "ledger" }, since);
  await serving.event({ type: "result", id: "exec:once", status: "changed" }, since);
  assert.equal(runsOf(scratch), "run\nrun\n", "a person has said so");
  const usage = scratch.run("ledger", ["resolve", "key-1", "--lost", "--again", "--out", "serial"]);
  assert.match(usage.output, /UsageInvalid/);
});

test("C4: a ledger whose directory is removed under the agent is written anew, and nothing of it is lost", async () => {
  using scratch = new Scratch();
  const resources = [FILE, oneShot("key-1")];
  await using serving = await Serving.start(scratch, resources);
  scratch.removeTree("var/lib/holdfast");
  const since = serving.events.length;
  fs.writeFileSync(scratch.at("a"), "tampered\n");
  await serving.event({ type: "result", id: "file:/a", status: "changed" }, since);
  assert.match(fs.readFileSync(scratch.at(LEDGER), "utf8"), /"key":"key-1","as":"done"/);
});

test("C5: on a disk that takes no ledger the agent starts, observes, is degraded, and repairs once it does", {
  skip: !isRoot && "mounting needs root",
}, async () => {
  using scratch = new Scratch();
  const directory = scratch.at("var/lib/holdfast");
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k,mode=700,ro", "tmpfs", directory]);
  try {
    await using serving = await Serving.start(scratch, [FILE]);
    const degraded = await serving.event({ type: "degraded", subject: "ledger" });
    assert.match(JSON.stringify(degraded["fault"]), /ReadOnly/);
    await serving.event({ type: "result", id: "file:/a", status: "failed" });
    assert.ok(!fs.existsSync(scratch.at("a")), "no intent, no effect");
    execFileSync("mount", ["-o", "remount,rw", directory]);
    await serving.event({ type: "recovered", subject: "ledger" });
    await serving.event({ type: "result", id: "file:/a", status: "changed" });
    await serving.end("SIGTERM");
  } finally {
    execFileSync("umount", [directory]);
  }
});
