import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { VirtualClock } from "@holdfast/testing";
import { CallLimit, unlessAborted } from "./call-limit.ts";

const UNSTOPPED = new AbortController().signal;
const MOST_IN_FLIGHT = 32;

/** What one call of a law does. */
interface DrawnCall {
  readonly takesMs: number;
  readonly timeoutMs: number;
  /** Its caller gives up then. */
  readonly abortMs: number;
}

const drawnCall: fc.Arbitrary<DrawnCall> = fc.record({
  takesMs: fc.integer({ min: 0, max: 300 }),
  timeoutMs: fc.integer({ min: 1, max: 400 }),
  abortMs: fc.integer({ min: 1, max: 800 }),
});

suite("K4: calls of systemd", () => {
  test("never more than 32 are in flight, each ends by its own deadline, and none is forgotten", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawnCall, { maxLength: 120 }), async (calls) => {
        const clock = new VirtualClock();
        const limit = new CallLimit(clock);
        const startMs = clock.monotonicMs();
        let inFlight = 0;
        let most = 0;
        const work = async (takesMs: number, signal: AbortSignal): Promise<void> => {
          inFlight += 1;
          most = Math.max(most, inFlight);
          const pause = new Promise<void>((resolve) => clock.schedule(takesMs, resolve));
          await unlessAborted(pause, signal).finally(() => {
            inFlight -= 1;
          });
        };
        const running = calls.map(async ({ takesMs, timeoutMs, abortMs }) => {
          const stop = new AbortController();
          clock.schedule(abortMs, () => stop.abort());
          const bounds = { timeoutMs, name: "Ping" };
          const call = limit.run(bounds, stop.signal, (signal) => work(takesMs, signal));
          await call.catch(() => {});
          const afterMs = clock.monotonicMs() - startMs;
          assert.ok(afterMs <= Math.min(timeoutMs, abortMs), `it ended after ${afterMs} ms`);
        });
        await clock.finish(Promise.all(running));
        assert.ok(most <= MOST_IN_FLIGHT, `${most} were in flight`);
        const last = { timeoutMs: 1_000, name: "Ping" };
        await clock.finish(limit.run(last, UNSTOPPED, (signal) => work(0, signal)));
      }),
      { numRuns: 60 },
    );
  });

  test("the thirty-third waits for its turn, in the order in which it came", async () => {
    const clock = new VirtualClock();
    const limit = new CallLimit(clock);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const run = (index: number): Promise<void> =>
      limit.run({ timeoutMs: 1_000, name: "Ping" }, UNSTOPPED, () => {
        begun.push(index);
        return new Promise((resolve) => ends.push(resolve));
      });
    const indices = Array.from({ length: MOST_IN_FLIGHT + 3 }, (_, index) => index);
    const all = Promise.all(indices.map(run));
    await clock.settle();
    assert.deepEqual(begun, indices.slice(0, MOST_IN_FLIGHT));
    for (let ended = 0; ended < indices.length; ended++) {
      ends[ended]?.();
      await clock.settle();
    }
    await all;
    assert.deepEqual(begun, indices);
  });

  test("one that is given up while it waits leaves its place to the next", async () => {
    const clock = new VirtualClock();
    const limit = new CallLimit(clock);
    const bounds = { timeoutMs: 1_000, name: "Ping" };
    const ends: (() => void)[] = [];
    const hold = () => new Promise<void>((resolve) => ends.push(resolve));
    const held = Array.from({ length: MOST_IN_FLIGHT }, () => limit.run(bounds, UNSTOPPED, hold));
    const stop = new AbortController();
    const left = limit.run(bounds, stop.signal, () => assert.fail("it was given up"));
    const next = limit.run(bounds, UNSTOPPED, async () => "next");
    stop.abort();
    await assert.rejects(left, { reason: "Aborted" });
    ends[0]?.();
    assert.equal(await next, "next");
    for (const end of ends) end();
    await Promise.all(held);
  });
});
