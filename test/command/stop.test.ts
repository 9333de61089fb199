import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { processesWith, Scratch, Serving } from "./command.ts";

test("D14: SIGTERM and SIGINT in the first pass let what runs end and begin nothing more", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    using scratch = new Scratch();
    const script =
      ": > $HOLDFAST_ROOT/begun; while ! test -e $HOLDFAST_ROOT/go; do sleep 0.05; done";
    await using serving = new Serving(scratch, [
      scratch.manifest([
        `{ kind: exec, name: slow, spec: { command: [/bin/sh, -c, "${script}; : > $HOLDFAST_ROOT/done"], creates: /done } }`,
        '{ kind: file, name: /later, spec: { content: "" }, meta: { dependsOn: ["exec:slow"] } }',
      ]),
      "--root-exec",
    ]);
    await until(() => fs.existsSync(scratch.at("begun")));
    const ended = serving.end(signal);
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(serving.child.exitCode, null, "it waits");
    fs.writeFileSync(scratch.at("go"), "");
    assert.equal(await ended, 0, "a stop is no failure");
    assert.ok(fs.existsSync(scratch.at("done")));
    assert.equal(fs.existsSync(scratch.at("later")), false);
    assert.equal(serving.events.at(-1)?.["type"], "stopped");
  }
});

test("D14: a second signal cuts off what runs, with its children, and is in the exit code; a third waits for nothing", async () => {
  for (const [script, mark] of [
    ["sleep 8640054 & wait", "8640054"],
    ["trap : TERM; sleep 8640055; sleep 8640055", "8640055"],
  ] as const) {
    using scratch = new Scratch();
    const command = `[/bin/sh, -c, ": > $HOLDFAST_ROOT/begun; ${script}"]`;
    await using serving = new Serving(scratch, [
      scratch.manifest([
        `{ kind: exec, name: slow, spec: { command: ${command}, creates: /done } }`,
      ]),
      "--root-exec",
    ]);
    await until(() => fs.existsSync(scratch.at("begun")));
    serving.child.kill("SIGTERM");
    // One that comes sooner is taken for an echo of the one before.
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(serving.child.exitCode, null, "it waits");
    assert.equal(await serving.end("SIGTERM"), 143);
    assert.deepEqual(processesWith(mark), [], "its children are gone");
    assert.equal(serving.events.at(-1)?.["type"], "stopped");
  }
  using scratch = new Scratch();
  const deaf =
    '[/bin/sh, -c, "trap : TERM; : > $HOLDFAST_ROOT/begun; while :; do sleep 0.1; done"]';
  await using serving = new Serving(scratch, [
    scratch.manifest([`{ kind: exec, name: deaf, spec: { command: ${deaf}, creates: /done } }`]),
    "--root-exec",
  ]);
  await until(() => fs.existsSync(scratch.at("begun")));
  const [group] = childrenOf(serving.child.pid);
  for (const _ of [1, 2]) {
    serving.child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.equal(serving.child.exitCode, null, "it waits for the command to let go");
  assert.equal(await serving.end("SIGINT"), 130);
  assert.ok(group !== undefined);
  process.kill(-group, "SIGKILL");
});

test("M8, D14: a client that hangs up, whenever it does, stops nothing", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, ["{ kind: file, name: /a, spec: {} }"]);
  const requests = [
    "GET /status HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /events HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /status HT",
    "POST /pause HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{",
  ];
  for (const text of Array.from({ length: 5 }, () => requests).flat()) {
    const socket = connect(scratch.at("run/holdfast/control.sock"));
    await once(socket, "connect");
    await new Promise<void>((resolve) => socket.write(text, () => resolve()));
    socket.destroy();
  }
  assert.equal(scratch.json("status").code, 0);
  assert.equal(serving.child.exitCode, null);
  assert.ok(!serving.events.some(({ type }) => type === "stopped"));
});

test("K5, promise 13: a command that does not read its input stops nothing", async () => {
  using scratch = new Scratch();
  const stdin = "x".repeat(300_000);
  const command = '[/bin/sh, -c, ": > $HOLDFAST_ROOT/made"]';
  const resources = [
    `{ kind: exec, name: deaf, spec: { command: ${command}, creates: /made, stdin: ${stdin} } }`,
    '{ kind: file, name: /after, spec: { content: "" }, meta: { dependsOn: ["exec:deaf"] } }',
  ];
  const applied = scratch.run("apply", [scratch.manifest(resources), "--root-exec"]);
  assert.equal(applied.code, 2, applied.output);
  fs.rmSync(scratch.at("made"));
  await using serving = await Serving.start(scratch, resources);
  await serving.event({ type: "result", id: "exec:deaf", status: "changed" });
  assert.equal(scratch.json("status").code, 0);
});

test("D14: a signal that comes with the end of the reader is no second one", async () => {
  using scratch = new Scratch();
  const command =
    '[/bin/sh, -c, ": > $HOLDFAST_ROOT/begun; while ! test -e $HOLDFAST_ROOT/go; do sleep 0.05; done; : > $HOLDFAST_ROOT/done"]';
  const slow = `{ kind: exec, name: slow, spec: { command: ${command}, creates: /done } }`;
  await using serving = new Serving(scratch, [scratch.manifest([slow]), "--root-exec"]);
  await until(() => fs.existsSync(scratch.at("begun")));
  // The next thing that it says is that it stops; it finds nobody then.
  serving.child.stdout?.destroy();
  const ended = serving.end("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 300));
  fs.writeFileSync(scratch.at("go"), "");
  assert.equal(await ended, 0);
  assert.ok(fs.existsSync(scratch.at("done")));
});

test("D14: a follower's reader ends it by going away", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, ["{ kind: file, name: /a, spec: {} }"]);
  const command = scratch.shell(["events", "--follow", "--out", "json"]);
  const follower = spawn("/bin/sh", ["-c", `${command} | head -n 1; exit 7`], {
    cwd: scratch.directory,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 60_000,
  });
  const ended = once(follower, "exit");
  await once(follower.stdout, "data");
  // Whoever follows finds out at the next event.
  const timer = setInterval(() => fs.writeFileSync(scratch.at("a"), `${performance.now()}`), 50);
  assert.deepEqual(await ended, [7, null]);
  clearInterval(timer);
  assert.equal(await serving.end("SIGTERM"), 0);
});

function childrenOf(pid = 0): readonly number[] {
  return fs
    .readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .split(" ")
    .filter(Boolean)
    .map(Number);
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(20_000);
  while (!isSo()) {
    assert.ok(!deadline.aborted, "it never came");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
