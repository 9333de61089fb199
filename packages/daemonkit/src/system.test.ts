import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import { formatDuration, sleep } from "./clock.ts";
import { DaemonFault, toDaemonFault } from "./daemon-fault.ts";
import { systemClock } from "./system.ts";

suite("time and faults", () => {
  test("durations read well and never say sixty of anything", () => {
    const cases: readonly (readonly [number, string])[] = [
      [0, "0ms"],
      [999, "999ms"],
      [4_830, "4.8s"],
      [5_000, "5s"],
      [59_949, "59.9s"],
      [59_960, "1m"],
      [150_000, "2m30s"],
      [300_000, "5m"],
      [3_599_600, "1h"],
      [3_900_000, "1h5m"],
    ];
    for (const [durationMs, text] of cases) assert.equal(formatDuration(durationMs), text);
  });

  test("the system's clock never calls early, and not at all when cancelled", async () => {
    const startMs = systemClock.monotonicMs();
    systemClock.schedule(1, () => assert.fail("it was cancelled"))();
    await new Promise<void>((resolve) => systemClock.schedule(15, resolve));
    assert.ok(systemClock.monotonicMs() - startMs >= 15);
    const cancel = systemClock.schedule(2 ** 40, () => assert.fail("35 years early"));
    await new Promise<void>((resolve) => systemClock.schedule(5, resolve));
    cancel();
  });

  test("a sleep ends with its signal and leaves no timer", async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const asleep = sleep(clock, 1_000, stop.signal);
    stop.abort();
    assert.equal(await asleep, false);
    assert.equal(clock.pending, 0);
    assert.equal(await sleep(clock, 1_000, stop.signal), false);
    assert.equal(await clock.finish(sleep(clock, 1_000, new AbortController().signal)), true);
  });

  test("a fault is plain data in JSON, and its reason is one word", () => {
    const fault = new DaemonFault({ reason: "DiskFull", message: "m", resolution: "r", cause: 1 });
    assert.equal(JSON.stringify(fault), '{"reason":"DiskFull","message":"m","resolution":"r"}');
    assert.throws(() => new DaemonFault({ reason: "disk full", message: "", resolution: "" }));
    assert.equal(toDaemonFault(fault), fault);
    const odd = Object.assign(new Error("x"), { reason: "not one word", resolution: "r" });
    assert.equal(toDaemonFault(odd).reason, "Unexpected");
  });
});
