import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { immediateTurns, ReaderTurns } from "./turns.ts";

const { signal } = new AbortController();

/** A clock on which work takes the time that it says. */
function workClock() {
  const virtual = new VirtualClock();
  let workedMs = 0;
  return {
    monotonicMs: () => virtual.monotonicMs() + workedMs,
    wallMs: () => virtual.wallMs() + workedMs,
    schedule: (delayMs: number, callback: () => void) => virtual.schedule(delayMs, callback),
    work(durationMs: number) {
      workedMs += durationMs;
    },
    advance: (durationMs: number) => virtual.advance(durationMs),
    finish: <T>(work: Promise<T>) => virtual.finish(work),
    pending: () => virtual.pending,
  };
}

suite("turns of clients", () => {
  test("D19: readers get what they had saved and a fifth of the time, however many they are and whatever they ask", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }),
        async (durationsMs) => {
          const clock = workClock();
          const turns = new ReaderTurns(clock);
          const startedAtMs = clock.monotonicMs();
          let workedMs = 0;
          const order: number[] = [];
          const all = durationsMs.map((durationMs, index) =>
            turns.run(() => {
              const elapsedMs = clock.monotonicMs() - startedAtMs;
              assert.ok(workedMs <= 500 + 0.2 * elapsedMs + 1e-6, `${workedMs} in ${elapsedMs}`);
              order.push(index);
              clock.work(durationMs);
              workedMs += durationMs;
            }, signal),
          );
          await clock.finish(Promise.all(all));
          assert.deepEqual(order, [...durationsMs.keys()]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("D19: a question now and then does not wait", async () => {
    const clock = workClock();
    const turns = new ReaderTurns(clock);
    for (let n = 0; n < 20; n += 1) {
      const before = clock.monotonicMs();
      const waitedMs = await clock.finish(turns.run(() => clock.monotonicMs() - before, signal));
      assert.equal(waitedMs, 0);
      await clock.finish(turns.run(() => clock.work(100), signal));
      await clock.advance(400);
    }
  });

  test("D19: connections count too, and who is gone is passed over", async () => {
    const clock = workClock();
    const turns = new ReaderTurns(clock);
    for (let n = 0; n < 5_000; n += 1) turns.noteConnection();
    const gone = new AbortController();
    const first = turns.run(() => "first", gone.signal);
    const second = turns.run(() => clock.monotonicMs(), signal);
    gone.abort();
    const startedAtMs = clock.monotonicMs();
    await assert.rejects(clock.finish(first), { reason: "RequestAborted" });
    // 1,000 ms more than 500 that were saved are earned in 2,500.
    assert.equal(Math.round((await clock.finish(second)) - startedAtMs), 2_500);
    const failing = turns.run(() => assert.fail("so it is"), signal);
    await assert.rejects(clock.finish(failing), /so it is/);
    assert.equal(clock.pending(), 0);
  });

  test("those who may act do not wait, and a failure of theirs is noticed at once", async () => {
    assert.equal(await immediateTurns.run(() => 1, signal), 1);
    await assert.rejects(
      immediateTurns.run(() => Promise.reject(new Error("late")), signal),
      /late/,
    );
  });
});
