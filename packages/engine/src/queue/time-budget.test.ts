import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TimeBudget } from "./time-budget.ts";

/** A loop whose time and turns are moved by the test. */
function createLoop() {
  const waiting: (() => void)[] = [];
  const loop = {
    nowMs: 0,
    monotonicMs: () => loop.nowMs,
    yieldTurn: () => new Promise<void>((resolve) => waiting.push(resolve)),
    async nextTurn(): Promise<void> {
      for (const resolve of waiting.splice(0)) resolve();
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
  return loop;
}

test("a slice is over 2 ms after it was first asked for, and the next turn begins another", async () => {
  const step = fc.record({
    workMs: fc.double({ min: 0, max: 5, noNaN: true }),
    ends: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const loop = createLoop();
      let announced = 0;
      const slice = new TimeBudget(loop, () => (announced += 1));
      let startedAtMs: number | undefined;
      let isPutOff = false;
      for (const { workMs, ends } of steps) {
        startedAtMs ??= loop.nowMs;
        const isOver = slice.isOver();
        assert.equal(isOver, loop.nowMs - startedAtMs >= 2);
        isPutOff ||= isOver;
        loop.nowMs += workMs;
        if (!ends) continue;
        const before = announced;
        await loop.nextTurn();
        assert.equal(
          announced - before,
          isPutOff ? 1 : 0,
          "reported once, and only work that was put off",
        );
        startedAtMs = undefined;
        isPutOff = false;
      }
    }),
  );
});
