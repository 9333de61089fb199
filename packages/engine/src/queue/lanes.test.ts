import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Lanes } from "./lanes.ts";

test("promise 10: one at a time in each lane, in the order in which they came", () => {
  const anyStep = fc.record({ lane: fc.constantFrom("a", "b"), isEntry: fc.boolean() });
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 80 }), (steps) => {
      const lanes = new Lanes<number>();
      const model = new Map<string, number[]>([
        ["a", []],
        ["b", []],
      ]);
      let last = 0;
      for (const { lane, isEntry } of steps) {
        const line = model.get(lane) ?? [];
        if (isEntry) {
          last += 1;
          assert.equal(lanes.enter(lane, last), line.length === 0);
          line.push(last);
        } else if (line[0] !== undefined) {
          assert.equal(lanes.leave(lane, line[0]), line[1]);
          line.shift();
        }
      }
    }),
  );
});

test("those who go along leave the line; the others keep their order", () => {
  const lanes = new Lanes<number>();
  for (const item of [1, 2, 3, 4, 5]) lanes.enter("a", item);
  assert.deepEqual(
    lanes.takeWaiting("a", (item) => item % 2 === 0),
    [2, 4],
  );
  assert.equal(lanes.leave("a", 1), 3);
  assert.equal(lanes.leave("a", 3), 5);
  assert.equal(lanes.leave("a", 5), undefined);
});

test("a stuck lane gives back who waited, and names who blocks it until that one leaves", () => {
  const lanes = new Lanes<number>();
  for (const item of [1, 2, 3]) lanes.enter("a", item);
  assert.deepEqual(lanes.markStuck("a"), [2, 3]);
  assert.equal(lanes.stuckHolder("a"), 1);
  assert.equal(lanes.leave("a", 1), undefined);
  assert.equal(lanes.stuckHolder("a"), undefined);
  assert.ok(lanes.enter("a", 4));
});

test("only the holder can leave", () => {
  const lanes = new Lanes<number>();
  lanes.enter("a", 1);
  lanes.enter("a", 2);
  assert.throws(() => lanes.leave("a", 2), /does not hold it/);
});

test("in a lane that nobody holds nobody waits", () => {
  const lanes = new Lanes<number>();
  lanes.enter("a", 1);
  lanes.leave("a", 1);
  assert.deepEqual(
    lanes.takeWaiting("a", () => true),
    [],
  );
  assert.deepEqual(lanes.markStuck("a"), []);
  assert.equal(lanes.stuckHolder("a"), undefined);
});
