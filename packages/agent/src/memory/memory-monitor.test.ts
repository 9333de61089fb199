import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import { memoryMonitor } from "./memory-monitor.ts";

const MIB = 1024 * 1024;

/** A process that holds so much, of which `releasing` leaves the rest. */
function startMonitor() {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const held = { bytes: 120 * MIB, restingBytes: 70 * MIB, isIdle: true };
  const releasedAtMs: number[] = [];
  const startMs = clock.monotonicMs();
  const monitor = memoryMonitor({
    clock,
    residentBytes: () => held.bytes,
    isIdle: () => held.isIdle,
    release: () => {
      releasedAtMs.push(clock.monotonicMs() - startMs);
      held.bytes = held.restingBytes;
      return Promise.resolve([]);
    },
  });
  const context = { log: silentLog, connectivity: () => {} };
  const over = monitor.run(context, stop.signal);
  return { clock, held, releasedAtMs, stop: () => stop.abort(), over };
}

test("memory: the memory of the first pass is given back once, and then nothing happens", async () => {
  const rig = startMonitor();
  await rig.clock.advance(3_600_000);
  assert.deepEqual(rig.releasedAtMs, [5_000]);
  rig.stop();
  await rig.over;
  assert.equal(rig.clock.pending, 0);
});

test("memory: nothing waits for it: it is given back when nothing is being worked on", async () => {
  const rig = startMonitor();
  rig.held.isIdle = false;
  await rig.clock.advance(100_000);
  assert.deepEqual(rig.releasedAtMs, []);
  rig.held.isIdle = true;
  await rig.clock.advance(100_000);
  assert.deepEqual(rig.releasedAtMs, [125_000]);
  rig.stop();
  await rig.over;
});

test("memory: a later burst is given back too, and what is really needed is not asked for again", async () => {
  const rig = startMonitor();
  await rig.clock.advance(10_000);
  rig.held.bytes = 85 * MIB;
  await rig.clock.advance(120_000);
  assert.equal(rig.releasedAtMs.length, 1, "less than is worthwhile");
  rig.held.bytes = 100 * MIB;
  rig.held.restingBytes = 95 * MIB;
  await rig.clock.advance(3_600_000);
  assert.equal(rig.releasedAtMs.length, 2);
  rig.stop();
  await rig.over;
});
