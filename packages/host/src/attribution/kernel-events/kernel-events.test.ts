import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import type { Fanotify } from "./fanotify-calls.ts";
import { KernelEvents } from "./kernel-events.ts";
import { RecentWriters, type Writer } from "./recent-writers.ts";

const OVERFLOW = Buffer.alloc(24);
OVERFLOW.writeUInt32LE(24, 0);
OVERFLOW[4] = 3;
OVERFLOW.writeUInt16LE(24, 6);
OVERFLOW.writeBigUInt64LE(0x4000n, 8);
OVERFLOW.writeInt32LE(-1, 16);

/** Kernel events out of what a test puts in, which marks all directories but `/silent`. */
async function open(answer?: string) {
  const clock = new VirtualClock();
  const published: Buffer[] = [];
  const marked = new Map<string, number>();
  const source: Fanotify = {
    mark(directory) {
      if (directory === "/silent") return undefined;
      marked.set(directory, (marked.get(directory) ?? 0) + 1);
      return `key of ${directory}`;
    },
    unmark: (directory) => marked.delete(directory),
    read: () => published.shift() ?? Buffer.alloc(0),
    [Symbol.dispose]: () => marked.clear(),
  };
  const events = new KernelEvents({
    clock,
    userNames: () => undefined,
    open: () => Promise.resolve(answer ?? source),
  });
  await events.start();
  return { clock, published, marked, events };
}

test("attribution: what the kernel cannot tell is said, not taken for nothing", async () => {
  const refused = await open("only root may watch");
  const paths = ["/etc/motd"];
  assert.deepEqual(refused.events.writerOf(paths, 0), {
    type: "incomplete",
    detail: "only root may watch",
  });
  const { clock, published, events } = await open();
  events.attend("/etc");
  events.attend("/silent");
  assert.deepEqual(events.writerOf(paths, 0), { type: "nothing" });
  assert.deepEqual(events.writerOf(["/silent/x"], 0), {
    type: "incomplete",
    detail: "the file system of /silent does not tell who writes",
  });
  await clock.advance(1_000);
  published.push(OVERFLOW);
  assert.deepEqual(events.writerOf(paths, 0), {
    type: "incomplete",
    detail: "more happened than the kernel kept",
  });
  assert.deepEqual(events.writerOf(paths, clock.monotonicMs() + 1), { type: "nothing" });
});

test("attribution: a directory is marked as long as somebody attends it", async () => {
  const { marked, events } = await open();
  const leaveFirst = events.attend("/etc");
  const leaveSecond = events.attend("/etc");
  leaveFirst();
  assert.ok(marked.has("/etc"));
  leaveSecond();
  assert.ok(!marked.has("/etc"));
  const leave = events.attend("/etc");
  events[Symbol.dispose]();
  leave();
  assert.deepEqual(events.writerOf(["/etc/motd"], 0), {
    type: "incomplete",
    detail: "nobody listens any more",
  });
});

test("attribution: the last writer of a path counts, and the paths without an event for longest are forgotten", () => {
  const writers = new RecentWriters();
  const writerAt = (pid: number, atMs: number): Writer => ({
    pid,
    seen: undefined,
    command: Promise.resolve(undefined),
    atMs,
  });
  writers.note("/a", writerAt(1, 10));
  writers.note("/a", writerAt(2, 20));
  writers.note("/b", writerAt(3, 15));
  assert.equal(writers.last(["/a", "/b"], 0)?.pid, 2);
  assert.equal(writers.last(["/b"], 0)?.pid, 3);
  assert.equal(writers.last(["/b"], 16), undefined);
  for (let at = 0; at < 1_023; at += 1) writers.note(`/f${at}`, writerAt(4, 30));
  assert.equal(writers.last(["/a"], 0), undefined);
  assert.equal(writers.last(["/b"], 0)?.pid, 3);
});
