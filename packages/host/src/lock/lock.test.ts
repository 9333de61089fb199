import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Fault } from "@holdfast/core";
import fc from "fast-check";
import { type Lock, openLock } from "./lock.ts";

/** The second agent comes while both parts are hidden, and then one of the first is put back. */
const HALF_EACH = [
  { what: "hide", target: "file", who: 0 },
  { what: "hide", target: "directory", who: 0 },
  { what: "check", target: "file", who: 1 },
  { what: "put back", target: "directory", who: 0 },
] as const;

function makeDirectory(t: TestContext): string {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-lock-"));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test("design 6.10: a lock is held by one, names its holder, and is free after it was released", async (t) => {
  const path = join(makeDirectory(t), "run/lock");
  {
    await using _held = await openLock({ file: path });
    assert.equal(fs.readFileSync(path, "utf8"), `${process.pid}\n`);
    assert.equal(fs.statSync(join(path, "..")).mode & 0o7777, 0o750);
    await assert.rejects(openLock({ file: path }), {
      reason: "AgentRunning",
      message: new RegExp(`pid ${process.pid} `),
      resolution: new RegExp(`kill ${process.pid}`),
    });
  }
  const again = await openLock({ file: path });
  await again[Symbol.asyncDispose]();
  await again[Symbol.asyncDispose]();
});

test("design §10: a user who may not write the lock's directory gets a fault that says so", {
  skip: process.geteuid?.() !== 0 && "only root can become somebody else for a while",
}, async (t) => {
  const path = join(makeDirectory(t), "run/lock");
  process.seteuid?.(65_534);
  try {
    await assert.rejects(openLock({ file: path }), { reason: "NotPrivileged" });
  } finally {
    process.seteuid?.(0);
  }
});

test("design 6.10: the lock of a process that was killed is free", async (t) => {
  const path = join(makeDirectory(t), "lock");
  const program = `
    import { openLock } from ${JSON.stringify(import.meta.resolve("./lock.ts"))};
    await openLock({ file: ${JSON.stringify(path)} });
    process.stdout.write("held");
    setInterval(() => {}, 1000);`;
  const args = ["--conditions=@holdfast/source", "--input-type=module", "-e", program];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  try {
    await once(child.stdout, "data");
    await assert.rejects(openLock({ file: path }), { message: new RegExp(`pid ${child.pid} `) });
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
  await using _free = await openLock({ file: path });
  assert.equal(fs.readFileSync(path, "utf8"), `${process.pid}\n`);
});

test("design 6.10: children do not inherit the lock", async (t) => {
  const path = join(makeDirectory(t), "lock");
  const held = await openLock({ file: path });
  const child = spawn("sleep", ["60"], { stdio: "ignore", detached: true });
  await once(child, "spawn");
  await held[Symbol.asyncDispose]();
  await using _free = await openLock({ file: path });
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
});

test("design 6.10: whatever is removed, replaced or put back under two agents, never do both hold the lock unknowingly", async (t) => {
  const anyStep = fc.record({
    what: fc.constantFrom("check", "remove", "replace", "hide", "put back"),
    target: fc.constantFrom("file" as const, "directory" as const),
    who: fc.nat(1),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 14 }), async (steps) => {
      const root = makeDirectory(t);
      const paths = { file: join(root, "run/lock"), directory: join(root, "lib") };
      fs.mkdirSync(paths.directory, { mode: 0o700 });
      const agents: (Lock | undefined)[] = [await openLock(paths), undefined];
      for (const { what, target, who } of steps) {
        if (what !== "check") {
          disturb(what, paths[target], target);
          continue;
        }
        const agent = agents[who];
        if (agent === undefined) agents[who] = await openLock(paths).catch(refused);
        else if ((await agent.check()).type === "lost") {
          await agent[Symbol.asyncDispose]();
          agents[who] = undefined;
        }
      }
      // Whatever happened before: when both have checked twice, one of them holds it at most.
      for (const agent of agents) await agent?.check();
      const there = agents.filter((agent) => agent !== undefined);
      const states = await Promise.all(there.map((agent) => agent.check()));
      const holding = states.filter(({ type }) => type !== "lost");
      assert.ok(holding.length <= 1, JSON.stringify(states));
      await Promise.all(there.map((agent) => agent[Symbol.asyncDispose]()));
    }),
    { numRuns: 100, examples: [[[...HALF_EACH]]] },
  );
});

test("design 6.10: a lock file that was removed keeps others out by the directory, and is locked again", async (t) => {
  const root = makeDirectory(t);
  const paths = { file: join(root, "run/lock"), directory: root };
  await using held = await openLock(paths);
  for (const disturbance of ["remove", "replace"] as const) {
    disturb(disturbance, paths.file, "file");
    await assert.rejects(openLock(paths), {
      reason: "AgentRunning",
      message: new RegExp(`pid ${process.pid} .* holds ${root}$`),
    });
    const { type, ...rest } = await held.check();
    assert.equal(type, "retaken");
    assert.match("fault" in rest ? rest.fault.message : "", /run\/lock was removed or replaced/);
    assert.deepEqual(await held.check(), { type: "held" });
    assert.equal(fs.readFileSync(paths.file, "utf8"), `${process.pid}\n`);
  }
});

test("design 6.10: a lock that only a file holds is lost for good with it", async (t) => {
  const file = join(makeDirectory(t), "lock");
  await using first = await openLock({ file });
  fs.rmSync(file);
  await using _second = await openLock({ file });
  for (const _ of [1, 2]) {
    const state = await first.check();
    assert.equal(state.type === "lost" && state.fault.reason, "LockLost");
  }
});

test("design 6.10: the directory is locked as soon as it is there", async (t) => {
  const root = makeDirectory(t);
  const paths = { file: join(root, "lock"), directory: join(root, "lib") };
  await using held = await openLock(paths);
  fs.mkdirSync(paths.directory, { mode: 0o700 });
  assert.deepEqual(await held.check(), { type: "held" });
  fs.rmSync(paths.file);
  await assert.rejects(openLock(paths), { reason: "AgentRunning" });
  assert.equal((await held.check()).type, "retaken");
});

test("design 6.10: what cannot be locked again is tried again, while the other part keeps everybody out", async (t) => {
  const root = makeDirectory(t);
  const paths = { file: join(root, "run/lock"), directory: join(root, "lib") };
  fs.mkdirSync(paths.directory, { mode: 0o700 });
  await using held = await openLock(paths);
  fs.rmSync(paths.file);
  fs.mkdirSync(paths.file);
  const weak = await held.check();
  assert.equal(weak.type, "weakened");
  assert.match("fault" in weak ? weak.fault.message : "", /is not a regular file/);
  await assert.rejects(openLock(paths), { reason: "PathUnsafe" });
  fs.rmdirSync(paths.file);
  assert.deepEqual(await held.check(), { type: "held" });
  await assert.rejects(openLock(paths), { reason: "AgentRunning" });
});

/** What people and programs do to what is locked. */
function disturb(what: string, path: string, target: "file" | "directory"): void {
  const make = (): void => {
    if (target === "file") fs.writeFileSync(path, "", { mode: 0o640 });
    else fs.mkdirSync(path, { mode: 0o700 });
  };
  const hidden = `${path}.hidden`;
  if (what === "remove") fs.rmSync(path, { recursive: true, force: true });
  if (what === "hide" && fs.existsSync(path)) {
    fs.rmSync(hidden, { recursive: true, force: true });
    fs.renameSync(path, hidden);
  }
  if (what === "put back" && fs.existsSync(hidden)) {
    fs.rmSync(path, { recursive: true, force: true });
    fs.renameSync(hidden, path);
  }
  if (what !== "replace") return;
  fs.rmSync(path, { recursive: true, force: true });
  make();
}

function refused(error: unknown): undefined {
  assert.ok(error instanceof Fault && error.reason === "AgentRunning", String(error));
}

test("K1: a lock is not taken through a link, on a FIFO, or where others write", async (t) => {
  const directory = makeDirectory(t);
  const path = join(directory, "lock");
  fs.writeFileSync(join(directory, "victim"), "precious");
  fs.symlinkSync("victim", path);
  await assert.rejects(openLock({ file: path }), { reason: "PathUnsafe" });
  fs.rmSync(path);
  fs.mkdirSync(path);
  await assert.rejects(openLock({ file: path }), { reason: "PathUnsafe" });
  fs.rmdirSync(path);
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  await assert.rejects(openLock({ file: path }), { reason: "PathUnsafe" });
  fs.rmSync(path);
  fs.chmodSync(directory, 0o777);
  await assert.rejects(openLock({ file: path }), { reason: "PathUnsafe" });
  assert.equal(fs.readFileSync(join(directory, "victim"), "utf8"), "precious");
});
