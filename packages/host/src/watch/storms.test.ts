import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { Storms } from "./storms.ts";

/** As the rule has it. */
const STORM_EVENTS = 4_096;

function started() {
  const clock = new VirtualClock();
  const calm: number[] = [];
  const storms = new Storms<object>(clock, () => calm.push(clock.monotonicMs()));
  const directory = {};
  const count = (events: number): number => {
    let rests = 0;
    for (let n = 0; n < events; n += 1) if (storms.count(directory)) rests += 1;
    return rests;
  };
  return { clock, calm, storms, directory, count };
}

test("D19: a directory rests exactly when too much happens in one turn, and never for ever", async () => {
  const anyTurn = fc.record({
    events: fc.integer({ min: 0, max: STORM_EVENTS + 500 }),
    thenMs: fc.integer({ min: 0, max: 90_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyTurn, { maxLength: 6 }), async (turns) => {
      const { clock, calm, storms, directory, count } = started();
      for (const { events, thenMs } of turns) {
        const wasResting = storms.isResting(directory);
        const rests = count(events);
        assert.equal(rests, !wasResting && events >= STORM_EVENTS ? 1 : 0);
        assert.equal(storms.isResting(directory), wasResting || rests === 1);
        await clock.advance(thenMs);
        if (thenMs >= 30_000) assert.equal(storms.isResting(directory), false);
      }
      const before = calm.length;
      storms[Symbol.dispose]();
      await clock.advance(60_000);
      assert.equal(calm.length, before, "nobody is called after the end");
    }),
    { numRuns: 50 },
  );
});

test("D19: many events in a second are a storm however they are spread, fewer are none however long they last", async () => {
  for (const [perTurn, rests] of [
    [2_500, 0],
    [3_500, 1],
  ] as const) {
    const { clock, count } = started();
    let rested = 0;
    for (let turn = 0; turn < 40; turn += 1) {
      rested += count(perTurn);
      await clock.advance(100);
    }
    assert.equal(Math.min(rested, 1), rests, `${perTurn * 10} in a second`);
  }
});

test("D19: a storm that goes on rests longer each time, up to 30 s; after a minute of calm it begins afresh", async () => {
  const { clock, calm, count } = started();
  const rests: number[] = [];
  for (let time = 0; time < 7; time += 1) {
    const atMs = clock.monotonicMs();
    assert.equal(count(STORM_EVENTS), 1);
    assert.ok(await clock.runUntil(() => calm.length > time, 60_000));
    rests.push(clock.monotonicMs() - atMs);
  }
  assert.deepEqual(
    rests,
    [1, 2, 4, 8, 16, 30, 30].map((seconds) => seconds * 1_000),
  );
  await clock.advance(60_000);
  const atMs = clock.monotonicMs();
  count(STORM_EVENTS);
  await clock.runUntil(() => calm.length > 7, 60_000);
  assert.equal(clock.monotonicMs() - atMs, 1_000);
});
