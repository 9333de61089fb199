import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { openEventSeries, verifyEventSeries } from "@holdfast/daemonkit/eventlog";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { pruneEvents } from "./prune-events.ts";

const { signal } = new AbortController();
const DAY_MS = 86_400_000;

/** A log of so many days in a directory that goes when `work` is done; its clock is at the end of it. */
async function withLog(
  days: number,
  work: (directory: string, clock: VirtualClock) => Promise<void>,
): Promise<void> {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-prune-"));
  const clock = new VirtualClock();
  try {
    await using series = openEventSeries({
      directory,
      series: "events",
      operationId: "op",
      hostId: "host",
      clock,
    });
    for (let day = 0; day < days; day += 1) {
      clock.jumpWall(DAY_MS);
      await series.append({ level: "info", reason: "Said", message: `day ${day}` });
      const atS = clock.wallMs() / 1_000;
      fs.utimesSync(join(directory, series.liveFile ?? ""), atS, atS);
    }
    await work(directory, clock);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

suite("pruning the event log", () => {
  test("M12: whatever is kept, the live file stays, the rest is one chain, and what went is returned", async () => {
    const input = fc.record({
      days: fc.integer({ min: 1, max: 9 }),
      keep: fc.record({
        days: fc.integer({ min: 0, max: 9 }),
        files: fc.integer({ min: 0, max: 9 }),
      }),
      touched: fc.nat(8),
      timeless: fc.nat(8),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ days, keep, touched, timeless }) => {
        await withLog(days, async (directory, clock) => {
          const before = fs.readdirSync(directory).toSorted();
          const at = (index: number): string =>
            join(directory, before[index % before.length] ?? "");
          // One seems new although it is old, one seems to come from a machine without a clock.
          fs.utimesSync(at(touched), clock.wallMs() / 1_000, clock.wallMs() / 1_000);
          fs.utimesSync(at(timeless), 0, 0);
          fs.writeFileSync(join(directory, "events-notes.txt"), "mine");
          const options = { directory, series: "events", keep, clock };
          const removed = await pruneEvents(options, signal);
          const after = fs.readdirSync(directory).toSorted();
          const gone = before.filter((name) => !after.includes(name));
          assert.deepEqual(
            removed.map(({ name }) => name),
            gone,
          );
          assert.deepEqual(gone, before.slice(0, gone.length), "the oldest go");
          assert.ok(after.includes(before.at(-1) ?? ""), "the live file stays");
          assert.ok(after.length >= Math.min(2, days), "so does what it follows");
          assert.ok(after.includes("events-notes.txt"));
          const closed = before.length - 1 - gone.length;
          assert.ok(closed <= (keep.files || 120), "the cap is kept");
          assert.equal((await verifyEventSeries(options, signal)).type, "intact");
          assert.deepEqual(await pruneEvents(options, signal), [], "a second time nothing goes");
        });
      }),
      { numRuns: 40 },
    );
  });

  test("M12: by age and by count, each with its reason; defaults of 90 days and 120 files", async () => {
    await withLog(6, async (directory, clock) => {
      const place = { directory, series: "events", clock };
      const byCount = await pruneEvents({ ...place, keep: { files: 4 } }, signal);
      assert.deepEqual(
        byCount.map(({ name, because }) => [name, because]),
        [["events-000001.jsonl", "beyond-cap"]],
      );
      const byAge = await pruneEvents({ ...place, keep: { days: 3 } }, signal);
      assert.deepEqual(
        byAge.map(({ name, because }) => [name, because]),
        [["events-000002.jsonl", "expired"]],
      );
      assert.deepEqual(await pruneEvents({ ...place, keep: {} }, signal), []);
    });
    const options = {
      directory: "/nowhere/at/all",
      series: "events",
      clock: new VirtualClock(),
      keep: {},
    };
    assert.deepEqual(await pruneEvents(options, signal), [], "no log, nothing to prune");
  });

  test("M12: a clock that jumps, ahead or back, erases nothing, also when the log goes on by it", async () => {
    await withLog(60, async (directory, clock) => {
      const options = { directory, series: "events", keep: {}, clock };
      for (const jumpDays of [100, -3_650, 3_650, 100]) {
        clock.jumpWall(jumpDays * DAY_MS);
        assert.deepEqual(await pruneEvents(options, signal), [], `after ${jumpDays} days`);
        const atS = clock.wallMs() / 1_000;
        fs.utimesSync(join(directory, "events-000060.jsonl"), atS, atS);
        assert.deepEqual(await pruneEvents(options, signal), [], `${jumpDays} days, and written`);
      }
      clock.jumpWall(100 * DAY_MS);
      const few = { ...options, keep: { days: 50 } };
      const gone = (await pruneEvents(few, signal)).map(({ name }) => name);
      assert.equal(gone.length, 10, "what fifty files follow is at least fifty days old");
      assert.equal(gone.at(-1), "events-000010.jsonl");
    });
  });
});
