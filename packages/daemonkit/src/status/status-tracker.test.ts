import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { DaemonFault } from "../daemon-fault.ts";
import { createStatusTracker, statusText } from "./status-tracker.ts";

const faultOf = (reason: string): DaemonFault =>
  new DaemonFault({ reason, message: "m", resolution: "r" });

const step = fc.record({
  name: fc.constantFrom("a", "b"),
  what: fc.constantFrom("known", "running", "backoff", "stopped", "degrade", "recover"),
  reason: fc.constantFrom("One", "Two"),
  afterMs: fc.integer({ min: 0, max: 5_000 }),
});

suite("status tracker", () => {
  test("M4: whatever is said in whatever order, connectivity only overlays what runs, and errors belong to states", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const clock = new VirtualClock();
        const tracker = createStatusTracker({ clock });
        for (const { name, what, reason, afterMs } of steps) {
          await clock.advance(afterMs);
          const find = () => tracker.statuses().find((each) => each.name === name);
          const before = find();
          const wait = { delayMs: 5_000, fault: faultOf(reason), crashes: 1 };
          if (what === "known") tracker.known(name);
          else if (what === "running") tracker.running(name, 0);
          else if (what === "backoff") tracker.backoff(name, wait);
          else if (what === "stopped") tracker.stopped(name);
          else tracker.connectivity(name, what === "degrade" ? faultOf(reason) : undefined);
          const after = find();
          const isConnectivity = what === "degrade" || what === "recover";
          const didRun = before?.state === "running" || before?.state === "degraded";
          if (isConnectivity && !didRun) assert.deepEqual(after, before);
          if (isConnectivity && didRun) {
            assert.equal(after?.state, what === "degrade" ? "degraded" : "running");
          }
          for (const { state, error, retryAt } of tracker.statuses()) {
            assert.equal(error !== undefined, state === "degraded" || state.startsWith("backoff:"));
            assert.equal(retryAt !== undefined, state.startsWith("backoff:"));
          }
          if (before?.error !== undefined && before.error.reason === after?.error?.reason) {
            assert.equal(after.error.since, before.error.since, "the same failure goes on");
          }
        }
      }),
    );
  });

  test("M4: listeners get every change until they leave, and monitors keep the order of their naming", () => {
    const tracker = createStatusTracker();
    let trigger = 0;
    const leave = tracker.subscribe(() => {
      trigger += 1;
    });
    tracker.known("b");
    tracker.known("a");
    tracker.known("b");
    tracker.running("a", 0);
    assert.equal(trigger, 3);
    assert.equal(statusText(tracker.statuses()), "1 running; b: stopped");
    leave();
    tracker.stopped("a", faultOf("Broken"));
    assert.equal(trigger, 3);
    assert.equal(statusText(tracker.statuses()), "0 running; b: stopped; a: stopped (Broken)");
  });
});
