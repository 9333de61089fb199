import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Clock, PathHint, Watch } from "@holdfast/core";
import { realClock } from "../system/real-clock.ts";
import { openPathWatches } from "./path-watches.ts";
import { readUnwatchableMounts } from "./unwatchable-mounts.ts";

const never = new AbortController().signal;

function makeRoot(t: TestContext): string {
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-races-"));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  return root;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await realClock.yieldTurn();
}

function observedAt(full: string): string {
  try {
    const entry = fs.lstatSync(full, { bigint: true });
    const parts = [entry.ino, entry.mode, entry.ctimeNs];
    return [...parts, entry.isFile() ? fs.readFileSync(full, "utf8") : ""].join();
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unreadable";
  }
}

/** A program that tampers at random, as fast as it can, for a while. */
const TAMPERER = `
const fs = require("node:fs"), [root, seed, untilMs] = process.argv.slice(1);
let x = Number(seed) || 1;
const random = (n) => ((x = (x * 1103515245 + 12345) % 2147483648) >> 8) % n;
const path = () => root + Array.from({ length: 1 + random(4) }, () => "/" + "abc"[random(3)]).join("");
const steps = [
  () => fs.mkdirSync(path(), { recursive: true }), () => fs.mkdirSync(path(), { recursive: true }),
  () => fs.writeFileSync(path(), String(x)), () => fs.writeFileSync(path(), String(x)),
  () => fs.renameSync(path(), path()), () => fs.rmSync(path(), { recursive: true, force: true }),
  () => fs.chmodSync(path(), 0o755 - random(2)), () => fs.symlinkSync("abc"[random(3)], path()),
];
for (const end = Date.now() + Number(untilMs); Date.now() < end; ) {
  try { steps[random(steps.length)](); } catch {}
}`;

test("K2: an observation after every hint sees the last state, whatever others do meanwhile", async (t) => {
  const names = ["a", "b", "c"];
  const paths = names.flatMap((one) => [
    `/${one}`,
    ...names.flatMap((two) => [
      `/${one}/${two}`,
      ...names.map((three) => `/${one}/${two}/${three}`),
    ]),
  ]);
  for (const seed of ["1", "2", "3"]) {
    const root = makeRoot(t);
    const tamperer = spawn(process.execPath, ["-e", TAMPERER, root, seed, "500"], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const ended = once(tamperer, "exit");
    const seen = new Map<string, string>();
    let hints = 0;
    const watches = openPathWatches({ clock: realClock, root });
    const hear = (hint: PathHint) => {
      hints += 1;
      const due = hint.type === "path" ? [hint.path] : paths;
      for (const path of due) seen.set(path, observedAt(join(root, path)));
    };
    // It is opened while the tampering goes on: what it misses between opening and looking would stay wrong.
    await using _watch = await watches.watch(paths, hear, never);
    for (const path of paths) seen.set(path, observedAt(join(root, path)));
    await ended;
    await settle();
    assert.ok(hints > 100, `only ${hints} hints`);
    for (const path of paths) assert.equal(seen.get(path), observedAt(join(root, path)), path);
  }
});

test("D10: an overflow of the kernel's queue is one hint for everything, and directories are found again", async (t) => {
  const root = makeRoot(t);
  fs.mkdirSync(join(root, "dir"));
  fs.writeFileSync(join(root, "dir/file"), "x");
  const hints: PathHint[] = [];
  const watches = openPathWatches({ clock: realClock, root });
  await using _watch = await watches.watch(["/dir/file"], (hint) => hints.push(hint), never);
  // The loop is held while more happens than the queue takes; different neighbours, or the kernel would merge them.
  const queued = Number(fs.readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8"));
  if (queued > 20_000) return t.skip("the queue is too long here to fill it in a test");
  const neighbours = [0, 1].map((n) => fs.openSync(join(root, `dir/neighbour${n}`), "w"));
  for (let n = 0; n < queued + 100; n += 1) fs.writeSync(neighbours[n % 2] ?? 0, "x");
  for (const neighbour of neighbours) fs.closeSync(neighbour);
  // These events are lost for certain.
  fs.rmSync(join(root, "dir"), { recursive: true });
  fs.mkdirSync(join(root, "dir"));
  await settle();
  assert.deepEqual(hints, [{ type: "overflow" }]);
  hints.length = 0;
  fs.writeFileSync(join(root, "dir/file"), "new");
  // So much in one turn is a storm: the directory is listened to again after a second.
  const deadline = AbortSignal.timeout(10_000);
  while (hints.length === 0 && !deadline.aborted) await settle();
  assert.deepEqual(
    hints.map((hint) => hint.type === "path" && hint.path),
    ["/dir/file"],
  );
});

test("D19: a storm of events in one directory leaves the loop its turns, and what it hides is found", async (t) => {
  const root = makeRoot(t);
  for (const name of ["stormy", "calm"]) fs.mkdirSync(join(root, name));
  const paths = ["/stormy/file", "/calm/file"];
  for (const path of paths) fs.writeFileSync(join(root, path), "x");
  const hints: PathHint[] = [];
  let events = 0;
  const recorder = {
    start: async () => {},
    attend: () => () => {},
    trigger: () => (events += 1),
  };
  const watches = openPathWatches({ clock: realClock, root, recorder });
  await using _watch = await watches.watch(paths, (hint) => hints.push(hint), never);
  const storm = spawn(process.execPath, ["-e", STORM, join(root, "stormy"), "3000"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let written = "";
  storm.stdout.setEncoding("utf8").on("data", (text: string) => (written += text));
  const ended = once(storm, "close");
  const isFound = (path: string): boolean =>
    hints.some((hint) => hint.type === "overflow" || hint.path === path);
  await until(() => events > 0);
  for (const path of paths) {
    hints.length = 0;
    fs.writeFileSync(join(root, path), "y");
    await until(() => isFound(path));
  }
  await ended;
  // A directory that rests makes no events at all: few of the many were ever received.
  assert.ok(events < Number(written) / 4, `${events} events of ${written} writes`);
  hints.length = 0;
  fs.writeFileSync(join(root, "stormy/file"), "z");
  await until(() => isFound("/stormy/file"));
});

test("D10: a burst over the limit in one turn overflows every watch of the process", async (t) => {
  const root = makeRoot(t);
  const watches = openPathWatches({ clock: realClock, root, overflowLimit: 10 });
  const trigger: string[] = [];
  await using _one = await watches.watch(
    ["/one"],
    (hint) => trigger.push(`one ${hint.type}`),
    never,
  );
  await using _two = await watches.watch(
    ["/x/y"],
    (hint) => trigger.push(`two ${hint.type}`),
    never,
  );
  for (let n = 0; n < 4; n += 1) fs.writeFileSync(join(root, `few${n}`), "");
  await settle();
  assert.deepEqual(trigger, []);
  for (let n = 0; n < 12; n += 1) fs.writeFileSync(join(root, `many${n}`), "");
  await settle();
  assert.deepEqual(trigger, ["one overflow", "two overflow"]);
});

test("D9: the canary ends a watch that went silent, and only such a one", {
  timeout: 60_000,
}, async (t) => {
  const root = makeRoot(t);
  const canaryDirectory = makeRoot(t);
  const clock = stepClock();
  const watches = openPathWatches({ clock, root, canaryDirectory });
  const watch = await watches.watch(["/file"], () => {}, never);
  for (let touch = 0; touch < 3; touch += 1) {
    assert.deepEqual(clock.waits(), [60_000]);
    clock.fire();
    while (clock.waits()[0] !== 60_000) await realClock.yieldTurn();
  }
  // A touch in a directory that is not the watched one causes no event.
  fs.renameSync(canaryDirectory, `${canaryDirectory}.away`);
  t.after(() => fs.rmSync(`${canaryDirectory}.away`, { recursive: true, force: true }));
  fs.mkdirSync(canaryDirectory);
  clock.fire();
  while (!fs.existsSync(canaryDirectory) || fs.readdirSync(canaryDirectory).length === 0) {
    await realClock.yieldTurn();
  }
  await settle();
  clock.fire();
  assert.equal((await watch.ended)?.reason, "WatchFailed");
  await watch[Symbol.asyncDispose]();
});

test("D9: the canaries of agents that were killed are removed, those of living ones stay", async (t) => {
  const canaryDirectory = makeRoot(t);
  const { pid: dead } = spawnSync("true");
  const old = `.watch-canary-${process.pid}-00000000`;
  const kept = [`.watch-canary-${process.pid}-11111111`, ".watch-canary-notes", "control.sock"];
  for (const name of [...kept, old, `.watch-canary-${dead}-22222222`]) {
    fs.writeFileSync(join(canaryDirectory, name), "");
  }
  fs.utimesSync(join(canaryDirectory, old), 0, 0);
  const watches = openPathWatches({ clock: realClock, root: makeRoot(t), canaryDirectory });
  const watch = await watches.watch(["/file"], () => {}, never);
  await watch[Symbol.asyncDispose]();
  assert.deepEqual(fs.readdirSync(canaryDirectory).toSorted(), kept.toSorted());
});

test("D9: silence is reported after five seconds, and the canary's file is removed at the end", {
  timeout: 60_000,
}, async (t) => {
  const root = makeRoot(t);
  const canaryDirectory = makeRoot(t);
  const clock = stepClock();
  const watches = openPathWatches({ clock, root, canaryDirectory });
  const watch = await watches.watch(["/file"], () => {}, never);
  clock.fire();
  // The deadline passes before the loop turns, so the touch cannot have been noticed.
  assert.deepEqual(clock.waits(), [5_000]);
  clock.fire();
  const fault = await watch.ended;
  assert.match(fault?.message ?? "", /went silent/);
  await watch[Symbol.asyncDispose]();
  assert.deepEqual(fs.readdirSync(canaryDirectory), []);
});

test("a disposed watch ends with undefined, says nothing more, and leaves nothing open", async (t) => {
  const root = makeRoot(t);
  let hints = 0;
  const watches = openPathWatches({ clock: realClock, root });
  const watch: Watch = await watches.watch(["/file"], () => (hints += 1), never);
  fs.writeFileSync(join(root, "file"), "x");
  await watch[Symbol.asyncDispose]();
  await watch[Symbol.asyncDispose]();
  assert.equal(await watch.ended, undefined);
  await settle();
  assert.equal(hints, 0);
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((name) => name === "FSEventWrap"),
    [],
  );
});

test("a root that is missing is WatchFailed at once, one that goes away ends the watch", {
  timeout: 60_000,
}, async (t) => {
  const root = makeRoot(t);
  const missing = openPathWatches({ clock: realClock, root: join(root, "none") });
  await assert.rejects(
    missing.watch(["/file"], () => {}, never),
    { reason: "WatchFailed" },
  );
  fs.mkdirSync(join(root, "some"));
  const watches = openPathWatches({ clock: realClock, root: join(root, "some") });
  await using watch = await watches.watch(["/file"], () => {}, never);
  fs.rmdirSync(join(root, "some"));
  assert.equal((await watch.ended)?.reason, "WatchFailed");
});

test("an aborted watch is refused and leaves nothing open", async (t) => {
  const root = makeRoot(t);
  const abort = new AbortController();
  const paths = Array.from({ length: 1000 }, (_, n) => `/file${n}`);
  const opening = openPathWatches({ clock: realClock, root }).watch(paths, () => {}, abort.signal);
  abort.abort();
  await assert.rejects(opening, { reason: "Aborted" });
  await settle();
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((name) => name === "FSEventWrap"),
    [],
  );
});

test("D1: a path where nothing can be watched is polled", async () => {
  const clock = stepClock();
  const trigger: string[] = [];
  const watches = openPathWatches({ clock });
  const hear = (hint: PathHint) => trigger.push(hint.type === "path" ? hint.path : hint.type);
  await using _watch = await watches.watch(["/proc/sys/kernel/hostname", "/no-such"], hear, never);
  for (let round = 0; round < 3; round += 1) {
    assert.deepEqual(clock.waits(), [30_000]);
    clock.fire();
    await settle();
    assert.deepEqual(trigger.splice(0), ["/proc/sys/kernel/hostname"]);
  }
});

test("K8: a write below /proc/sys is noticed, the second time like the first", async (t) => {
  const key = "/proc/sys/net/ipv4/ip_default_ttl";
  if (!isWritable(key)) return t.skip(`${key} cannot be written here`);
  const clock = stepClock();
  const triggers: string[] = [];
  const watches = openPathWatches({ clock });
  const hear = (hint: PathHint) => triggers.push(hint.type === "path" ? hint.path : hint.type);
  await using _watch = await watches.watch([key], hear, never);
  for (let round = 0; round < 2; round += 1) {
    // The value that it has, so that nothing of the machine changes.
    fs.writeFileSync(key, fs.readFileSync(key));
    while (triggers.length === 0) await realClock.yieldTurn();
    assert.deepEqual(triggers.splice(0), [key]);
    await settle();
    triggers.length = 0;
  }
});

function isWritable(path: string): boolean {
  try {
    fs.accessSync(path, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

test("mount points where nothing can be watched are read from mountinfo; the last mount on one counts", (t) => {
  const root = makeRoot(t);
  const mountInfo = join(root, "mountinfo");
  fs.writeFileSync(
    mountInfo,
    [
      "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
      "23 22 0:5 / /proc rw shared:2 - proc proc rw",
      "24 22 0:40 / /srv/with\\040space rw - nfs4 host:/x rw",
      "25 22 0:41 / /boot/efi rw shared:9 - autofs systemd-1 rw",
      "26 25 8:2 / /boot/efi rw shared:9 - vfat /dev/sda2 rw",
      "27 22 0:42 / /home rw - fuse.sshfs host:/ rw",
      "28 22 0:43 / /data rw - fuseblk /dev/sdb1 rw",
      "",
    ].join("\n"),
  );
  assert.deepEqual(Object.fromEntries(readUnwatchableMounts(mountInfo)), {
    "/home": "fuse.sshfs",
    "/proc": "proc",
    "/srv/with space": "nfs4",
  });
  assert.deepEqual([...readUnwatchableMounts(join(root, "none"))], []);
});

/** Writes to two files in turn, as fast as it can; says how often. */
const STORM = `
  const fs = require("node:fs");
  const [directory, forMs] = process.argv.slice(1);
  const files = [0, 1].map((n) => fs.openSync(directory + "/noise" + n, "w"));
  const endMs = performance.now() + Number(forMs);
  let count = 0;
  while (performance.now() < endMs) {
    for (let n = 0; n < 200; n += 1) fs.writeSync(files[count++ % 2], "x", 0);
  }
  console.log(count);`;

async function until(isSo: () => boolean): Promise<void> {
  const tooLate = AbortSignal.timeout(40_000);
  while (!isSo()) {
    assert.ok(!tooLate.aborted, "it never was so");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A clock on which nothing is due until the test says so. */
function stepClock(): Clock & { waits(): number[]; fire(): void } {
  const waiting = new Map<() => void, number>();
  return {
    monotonicMs: () => 0,
    wallMs: () => 0,
    schedule(delayMs, callback) {
      const call = () => callback();
      waiting.set(call, delayMs);
      return () => waiting.delete(call);
    },
    yieldTurn: () => realClock.yieldTurn(),
    waits: () => [...waiting.values()],
    fire() {
      const due = [...waiting.keys()];
      waiting.clear();
      for (const call of due) call();
    },
  };
}
