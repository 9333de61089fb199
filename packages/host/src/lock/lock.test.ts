import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openLock } from "./lock.ts";

function makeDirectory(t: TestContext): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-lock-"));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test("design 6.10: a lock is held by one, names its holder, and is free after it was released", async (t) => {
  const path = join(makeDirectory(t), "run/lock");
  {
    await using _held = await openLock(path);
    assert.equal(fs.readFileSync(path, "utf8"), `${process.pid}\n`);
    assert.equal(fs.statSync(join(path, "..")).mode & 0o7777, 0o750);
    await assert.rejects(openLock(path), {
      reason: "AgentRunning",
      message: new RegExp(`pid ${process.pid} `),
      resolution: new RegExp(`kill ${process.pid}`),
    });
  }
  const again = await openLock(path);
  await again[Symbol.asyncDispose]();
  await again[Symbol.asyncDispose]();
});

test("design §10: who may not write where the lock lies is told so", {
  skip: process.geteuid?.() !== 0 && "only root can become somebody else for a while",
}, async (t) => {
  const path = join(makeDirectory(t), "run/lock");
  process.seteuid?.(65_534);
  try {
    await assert.rejects(openLock(path), { reason: "NotPrivileged" });
  } finally {
    process.seteuid?.(0);
  }
});

test("design 6.10: the lock of a process that was killed is free", async (t) => {
  const path = join(makeDirectory(t), "lock");
  const program = `
    import { openLock } from ${JSON.stringify(import.meta.resolve("./lock.ts"))};
    await openLock(${JSON.stringify(path)});
    process.stdout.write("held");
    setInterval(() => {}, 1000);`;
  const args = ["--conditions=@holdfast/source", "--input-type=module", "-e", program];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  try {
    await once(child.stdout, "data");
    await assert.rejects(openLock(path), { message: new RegExp(`pid ${child.pid} `) });
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
  await using _free = await openLock(path);
  assert.equal(fs.readFileSync(path, "utf8"), `${process.pid}\n`);
});

test("design 6.10: children do not inherit the lock", async (t) => {
  const path = join(makeDirectory(t), "lock");
  const held = await openLock(path);
  const child = spawn("sleep", ["60"], { stdio: "ignore", detached: true });
  await once(child, "spawn");
  await held[Symbol.asyncDispose]();
  await using _free = await openLock(path);
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
});

test("design 6.10: a lock file that was removed under its holder does not let both in unseen", async (t) => {
  const path = join(makeDirectory(t), "lock");
  await using _first = await openLock(path);
  fs.rmSync(path);
  // The kernel cannot know; but whoever comes now holds the file that is there, which is all a name can promise.
  await using _second = await openLock(path);
  await assert.rejects(openLock(path), { reason: "AgentRunning" });
});

test("K1: a lock is not taken through a link, on a FIFO, or where others write", async (t) => {
  const directory = makeDirectory(t);
  const path = join(directory, "lock");
  fs.writeFileSync(join(directory, "victim"), "precious");
  fs.symlinkSync("victim", path);
  await assert.rejects(openLock(path), { reason: "PathUnsafe" });
  fs.rmSync(path);
  fs.mkdirSync(path);
  await assert.rejects(openLock(path), { reason: "PathUnsafe" });
  fs.rmdirSync(path);
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  await assert.rejects(openLock(path), { reason: "PathUnsafe" });
  fs.rmSync(path);
  fs.chmodSync(directory, 0o777);
  await assert.rejects(openLock(path), { reason: "PathUnsafe" });
  assert.equal(fs.readFileSync(join(directory, "victim"), "utf8"), "precious");
});
