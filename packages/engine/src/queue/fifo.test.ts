import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fifo } from "./fifo.ts";

test("whatever is pushed, shifted and taken out, it is a plain list with two ends", () => {
  const anyStep = fc.oneof(
    fc.record({ type: fc.constant("push" as const), count: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ type: fc.constant("shift" as const), count: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ type: fc.constant("take" as const), count: fc.integer({ min: 2, max: 9 }) }),
  );
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 12 }), (steps) => {
      const fifo = new Fifo<number>();
      let model: number[] = [];
      let last = 0;
      for (const { type, count } of steps) {
        if (type === "take") {
          const isWanted = (item: number): boolean => item % count === 0;
          assert.deepEqual(fifo.takeWhere(isWanted), model.filter(isWanted));
          model = model.filter((item) => !isWanted(item));
        }
        for (let time = 0; time < count && type === "push"; time++) {
          last += 1;
          fifo.push(last);
          model.push(last);
        }
        for (let time = 0; time < count && type === "shift"; time++) {
          assert.equal(fifo.shift(), model.shift());
        }
        assert.equal(fifo.length, model.length);
      }
    }),
    { numRuns: 50 },
  );
});

test("a queue that is never empty keeps its order while it gives memory back", () => {
  const fifo = new Fifo<number>();
  for (let item = 0; item < 10_000; item++) {
    fifo.push(2 * item);
    fifo.push(2 * item + 1);
    assert.equal(fifo.shift(), item);
  }
  assert.equal(fifo.length, 10_000);
});
