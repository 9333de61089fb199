import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { createAlarm, Schedule } from "./schedule.ts";

test("every alarm rings at its last set time, in the order of times, and never when it was cleared", async () => {
  const anyChange = fc.record({
    alarm: fc.nat({ max: 4 }),
    inMs: fc.option(fc.nat({ max: 100 }), { nil: undefined }),
    thenWaitMs: fc.nat({ max: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { maxLength: 30 }), async (changes) => {
      const clock = new VirtualClock();
      const schedule = new Schedule(clock);
      const due = new Map<number, number>();
      const rung: number[] = [];
      const alarms = Array.from({ length: 5 }, (_, at) => {
        const alarm = createAlarm(undefined, () => {
          assert.equal(clock.monotonicMs(), due.get(at), `alarm ${at} timers at its time`);
          due.delete(at);
          rung.push(clock.monotonicMs());
        });
        return alarm;
      });
      for (const { alarm, inMs, thenWaitMs } of changes) {
        const one = alarms[alarm];
        if (one === undefined) continue;
        if (inMs === undefined) {
          schedule.clear(one);
          due.delete(alarm);
        } else {
          schedule.set(one, clock.monotonicMs() + inMs);
          due.set(alarm, clock.monotonicMs() + inMs);
        }
        await clock.advance(thenWaitMs);
        assert.equal(schedule.overdueMs(), 0, "a timer that fired is not late");
      }
      await clock.advance(200);
      assert.equal(due.size, 0, "none is forgotten");
      assert.deepEqual(
        rung,
        rung.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 100 },
  );
});

test("an alarm that is moved on and on takes one place in the schedule, and one timer", async () => {
  const clock = new VirtualClock();
  const schedule = new Schedule(clock);
  let timers = 0;
  const alarm = createAlarm(undefined, () => {
    timers += 1;
  });
  for (let at = 0; at < 10_000; at++) schedule.set(alarm, clock.monotonicMs() + 100 + at);
  assert.equal(clock.pending, 1);
  await clock.advance(20_000);
  assert.equal(timers, 1);
});

test("a closed schedule rings nothing", async () => {
  const clock = new VirtualClock();
  const schedule = new Schedule(clock);
  schedule.set(createAlarm("it rang", assert.fail), clock.monotonicMs() + 10);
  schedule.close();
  await clock.advance(100);
  assert.equal(clock.pending, 0);
});

test("M10: a timer that does not fire is late since it was due", () => {
  let nowMs = 1_000;
  const deaf: Clock = {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs,
    schedule: () => () => {},
    yieldTurn: () => Promise.resolve(),
  };
  const schedule = new Schedule(deaf);
  assert.equal(schedule.overdueMs(), 0);
  const alarm = createAlarm(undefined, () => {});
  schedule.set(alarm, 1_100);
  schedule.set(alarm, 1_400);
  for (const [atMs, lateMs] of [
    [1_099, 0],
    [1_350, 250],
  ] as const) {
    nowMs = atMs;
    assert.equal(schedule.overdueMs(), lateMs);
  }
});
