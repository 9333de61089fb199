import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { realClock } from "../../system/real-clock.ts";
import { Outsider } from "../testing/outsider.ts";
import { findHolders, type WantedFile } from "./find-holders.ts";

const never = new AbortController().signal;
const isRoot = process.geteuid?.() === 0;
const NOBODY = 65_534;

interface Scene {
  readonly outsider: Outsider;
  readonly directory: string;
  readonly path: string;
}

async function open(t: TestContext): Promise<Scene> {
  const directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-holders-")));
  const outsider = await Outsider.start();
  t.after(async () => {
    await outsider[Symbol.asyncDispose]();
    fs.rmSync(directory, { recursive: true, force: true });
  });
  const path = join(directory, "file");
  fs.writeFileSync(path, "x");
  return { outsider, directory, path };
}

function wantedAt(path: string): WantedFile {
  const { dev, ino } = fs.statSync(path);
  return { path, device: dev, inode: ino };
}

/** Has the outsider start a process in a mount namespace of its own, and works while it holds a file open. */
async function whileHeld(
  outsider: Outsider,
  inside: string,
  work: (pid: number) => Promise<void>,
): Promise<void> {
  const quiet = "</dev/null >/dev/null 2>&1";
  // What comes before it has a descriptor of this number too, for a moment.
  const isInside = `[ "$(cat /proc/$!/comm)" = sleep ]`;
  const line = `unshare --mount /bin/sh -c '${inside}' ${quiet} & until ${isInside}; do sleep 0.01; done; echo $!`;
  const pid = Number(await outsider.does(line));
  try {
    await work(pid);
  } finally {
    await outsider.does(`kill ${pid}; wait`);
  }
}

test("attribution: a process in another mount namespace is found by device and inode", {
  skip: !isRoot && "mounting needs root",
}, async (t) => {
  const { outsider, directory, path } = await open(t);
  const other = join(directory, "other");
  fs.writeFileSync(other, "");
  const inside = `mount --bind ${path} ${other} && exec sleep 60 5>>${other}`;
  await whileHeld(outsider, inside, async (pid) => {
    const { holders } = await findHolders([wantedAt(path), wantedAt(other)], realClock, never);
    assert.deepEqual(holders, [{ pid, path, isReplaced: false }]);
  });
});

test("attribution: a process that has the same name open in its own file system is not named", {
  skip: !isRoot && "mounting needs root",
}, async (t) => {
  const { outsider, directory, path } = await open(t);
  const inside = `mount -t tmpfs none ${directory} && exec sleep 60 5>>${path}`;
  await whileHeld(outsider, inside, async (pid) => {
    assert.equal(fs.readlinkSync(`/proc/${pid}/fd/5`), path);
    assert.deepEqual((await findHolders([wantedAt(path)], realClock, never)).holders, []);
  });
});

test("attribution: whose descriptors are hidden from us is said", async () => {
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    const { gap } = await findHolders([], realClock, never);
    assert.match(
      gap ?? "",
      /^those of [1-9]\d* processes of other users are hidden from this user$/,
    );
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test("attribution: a scan that is no longer wanted ends", async (t) => {
  const { outsider, path } = await open(t);
  await outsider.does(`exec 5>>${path}`);
  const found = await findHolders([wantedAt(path)], realClock, AbortSignal.abort());
  assert.deepEqual(found, { holders: [], gap: "there are too many to check all of them" });
});
