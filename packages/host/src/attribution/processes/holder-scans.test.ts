import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import type { HolderScan, WantedFile } from "./find-holders.ts";
import { HolderScans } from "./holder-scans.ts";

const never = new AbortController().signal;

function fileAt(path: string): WantedFile {
  return { path, device: undefined, inode: undefined };
}

/** Scans that find a holder of every wanted file and take as long as is said. */
function open(tookMs = 0) {
  const clock = new VirtualClock();
  const begun: { atMs: number; paths: readonly string[] }[] = [];
  const scans = new HolderScans({
    clock,
    scan: async (wanted): Promise<HolderScan> => {
      begun.push({ atMs: clock.monotonicMs(), paths: wanted.map(({ path }) => path) });
      const { promise, resolve } = Promise.withResolvers<void>();
      clock.schedule(tookMs, resolve);
      await promise;
      const holders = wanted.map(({ path }) => ({ pid: 1, path, isReplaced: false }));
      return { holders, gap: undefined };
    },
  });
  return { clock, begun, scans };
}

test("attribution: whatever is asked at once is one scan, and each gets its own holders", async () => {
  const { clock, begun, scans } = open();
  const paths = Array.from({ length: 100 }, (_, at) => `/f${at}`);
  const answers = Promise.all(paths.map((path) => scans.find([fileAt(path)], never)));
  await clock.advance(10);
  const found = await answers;
  assert.equal(begun.length, 1);
  assert.deepEqual(
    found.map(({ holders }) => holders.map(({ path }) => path)),
    paths.map((path) => [path]),
  );
});

test("attribution: scans begin at most once a second, and later when they take long", async () => {
  for (const [tookMs, intervalMs] of [
    [10, 1_000],
    [200, 4_000],
  ] as const) {
    const { clock, begun, scans } = open(tookMs);
    const asked: Promise<HolderScan>[] = [];
    for (let at = 0; at < 200; at += 1) {
      asked.push(scans.find([fileAt(`/f${at}`)], never));
      await clock.advance(100);
    }
    await clock.advance(10_000);
    await Promise.all(asked);
    const gaps = begun.slice(1).map(({ atMs }, at) => atMs - (begun[at]?.atMs ?? 0));
    assert.ok(gaps.length >= 3);
    for (const gap of gaps) assert.ok(gap >= intervalMs, `${gap} ms`);
    assert.equal(begun.flatMap((scan) => scan.paths).length, 200, "each is looked for once");
  }
});

test("attribution: who no longer waits does not take the scan from the others; the end ends the wait", async () => {
  const { clock, begun, scans } = open();
  const stop = new AbortController();
  const given = assert.rejects(
    scans.find([fileAt("/a")], stop.signal),
    (error: unknown) => error instanceof Fault && error.reason === "Aborted",
  );
  const kept = scans.find([fileAt("/b")], never);
  stop.abort();
  await given;
  await clock.advance(10);
  assert.equal((await kept).holders.length, 1);
  const late = scans.find([fileAt("/c")], never);
  scans[Symbol.dispose]();
  await clock.advance(10);
  await late;
  assert.equal(begun.length, 2);
});
