import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { isRoot, type Json, readJson, Scratch, Serving } from "./command.ts";

const ID = "file:/etc/motd";
const PATIENCE_MS = 60_000;

test("why: a file that somebody writes to is repaired, and the agent names the process, also as the one that makes it flap", async () => {
  using scratch = new Scratch();
  fs.mkdirSync(scratch.at("etc"));
  const manifest = scratch.manifest([
    `{ kind: file, name: /etc/motd, spec: { content: "hello\\n" } }`,
  ]);
  await using serving = new Serving(scratch, [manifest]);
  await serving.event({ type: "watching" });
  const since = serving.events.length;
  const shell = spawn("/bin/sh", ["-s"], { stdio: ["pipe", "ignore", "inherit"], env: {} });
  const ended = once(shell, "exit");
  try {
    // It goes on holding the file open, so that it can be named without the kernel's word too.
    shell.stdin.write(`exec 3>>'${scratch.at("etc/motd")}'; echo tampered >&3\n`);
    await serving.event({ type: "result", id: ID, status: "changed" }, since);
    const attribution = await attributionIn(scratch);
    assert.equal(attribution["type"], "process", JSON.stringify(attribution));
    const process = Object(attribution["process"]) as Json;
    assert.deepEqual([process["pid"], process["name"]], [shell.pid, "sh"]);
    assert.equal(process["uid"], globalThis.process.geteuid?.());
    assert.equal(process["command"], undefined, "whoever may connect sees no command line");
    if (isRoot) assert.equal(attribution["certainty"], "certain");
    const words = new RegExp(`sh \\(process ${shell.pid} of `);
    assert.match(String(attribution["words"]), words);
    assert.match(scratch.run("why", [ID, "--out", "serial"]).stdout, words);
    for (let repairs = 1; repairs < 3; repairs += 1) {
      const from = serving.events.length;
      shell.stdin.write(`exec 3>>'${scratch.at("etc/motd")}'; echo tampered >&3\n`);
      await serving.event({ type: "result", id: ID, status: "changed" }, from);
      await serving.event({ type: "attributed", id: ID }, from);
    }
    await serving.event({ type: "degraded", subject: ID }, since);
    const status = scratch.run("status", ["--out", "serial"]).stdout;
    assert.match(status, /Flapping: .* of its last drifts by: (probably )?sh \(.*\d times?/);
    const why = scratch.run("why", [ID, "--out", "serial"]).stdout;
    assert.match(why, /degraded {4}Flapping: .* by: (?:probably )?sh \(/);
    const events = scratch.run("events", ["--out", "serial"]).stdout;
    assert.match(events, /attributed file:\/etc\/motd {2}.*sh \(process/);
    const history = scratch.run("history", [ID, "--out", "serial"]).stdout;
    assert.match(history, /drifted file:\/etc\/motd .*[^]*attributed file:\/etc\/motd {2}.*sh \(/);
  } finally {
    shell.stdin.end();
    await ended;
  }
});

/** What the agent says of who made the resource drift, once it knows. */
async function attributionIn(scratch: Scratch): Promise<Json> {
  const deadline = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const { drift } = await ask(scratch, `/resources/${encodeURIComponent(ID)}`);
    const { attribution } = Object(drift) as Json;
    if (typeof attribution === "object" && attribution !== null) return attribution as Json;
    deadline.throwIfAborted();
  }
}

async function ask(scratch: Scratch, path: string): Promise<Json> {
  const asking = request({ socketPath: scratch.at("run/holdfast/control.sock"), path });
  asking.end();
  const [response] = (await once(asking, "response")) as [NodeJS.ReadableStream];
  return readJson(await text(response));
}
