import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import { recordedLog } from "../testing/recorded-log.ts";
import { statusText } from "../status/status-tracker.ts";
import type { Monitor } from "./monitor.ts";
import { startSupervisor } from "./supervisor.ts";

const untilAborted: Monitor["run"] = (_, signal) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve()));

suite("many monitors", () => {
  test("M1: one that crashes does not disturb the others; stop ends them all", async () => {
    const clock = new VirtualClock();
    const bad: Monitor = { name: "bad", run: () => Promise.reject(new Error("no")) };
    const supervisor = startSupervisor([{ name: "good", run: untilAborted }, bad], {
      clock,
      random: { next: () => 0.5 },
    });
    assert.deepEqual(
      supervisor.statuses().map(({ name }) => name),
      ["good", "bad"],
    );
    await clock.advance(1);
    assert.equal(statusText(supervisor.statuses()), "1 running; bad: backoff:5s (Unexpected)");
    await clock.finish(supervisor.stop());
    await supervisor.finished;
    assert.equal(statusText(supervisor.statuses()), "0 running; good: stopped; bad: stopped");
    assert.equal(clock.pending, 0);
  });

  test("M6: no monitors and no options are valid; disposing twice is harmless", async () => {
    await using supervisor = startSupervisor([]);
    await supervisor.finished;
    await supervisor.stop();
    await supervisor[Symbol.asyncDispose]();
  });

  test("M6: two of one name are refused", () => {
    const twin = { name: "twin", run: untilAborted };
    assert.throws(() => startSupervisor([twin, twin]), { reason: "OptionInvalid" });
  });

  test("M4: a monitor that ignores its signal holds the stop for the grace only, and is named", async () => {
    const clock = new VirtualClock();
    const log = recordedLog();
    const deaf: Monitor = { name: "deaf", run: () => new Promise(() => {}) };
    const supervisor = startSupervisor([deaf], { clock, log, stopGraceMs: 2_000 });
    await clock.advance(1);
    const startMs = clock.monotonicMs();
    await clock.finish(supervisor.stop());
    assert.equal(clock.monotonicMs() - startMs, 2_000);
    assert.equal(log.of("MonitorStuck")[0]?.fields["monitor"], "deaf");
    assert.equal(supervisor.statuses()[0]?.state, "running", "it does run");
  });
});
