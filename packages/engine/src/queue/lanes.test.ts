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
          const entry = lanes.enter([lane], last);
          assert.equal(entry, line.length === 0 ? "held" : "waiting");
          line.push(last);
        } else if (line[0] !== undefined) {
          assert.deepEqual(lanes.leave([lane], line[0]), line.slice(1, 2));
          line.shift();
        }
      }
    }),
  );
});

test("promise 10: items that need several lanes never overlap in one, and all of them have their turn", () => {
  const anyNames = fc.subarray(["a", "b", "c", "d"], { minLength: 1 });
  fc.assert(
    fc.property(
      fc.array(anyNames, { maxLength: 30 }),
      fc.infiniteStream(fc.nat()),
      (needs, picks) => {
        const lanes = new Lanes<number>();
        const running = new Set<number>();
        const done: number[] = [];
        const begin = (item: number): void => {
          for (const other of running) {
            const shared = needs[other]?.filter((name) => needs[item]?.includes(name));
            assert.deepEqual(shared, [], `${item} runs beside ${other}`);
          }
          running.add(item);
        };
        for (const [item, names] of needs.entries()) {
          if (lanes.enter(names, item) === "held") begin(item);
        }
        while (running.size > 0) {
          const items = [...running];
          const item = items[Number(picks.next().value) % items.length] ?? 0;
          running.delete(item);
          done.push(item);
          for (const next of lanes.leave(needs[item] ?? [], item)) begin(next);
        }
        assert.equal(done.length, needs.length, "no item waits for ever");
      },
    ),
  );
});

test("those who go along leave the line; the others keep their order", () => {
  const lanes = new Lanes<number>();
  for (const item of [1, 2, 3, 4, 5]) lanes.enter(["a"], item);
  assert.deepEqual(
    lanes.takeWaiting(["a"], (item) => item % 2 === 0),
    [2, 4],
  );
  assert.deepEqual(lanes.leave(["a"], 1), [3]);
  assert.deepEqual(lanes.leave(["a"], 3), [5]);
  assert.deepEqual(lanes.leave(["a"], 5), []);
});

test("who needs another lane too does not go along", () => {
  const lanes = new Lanes<number>();
  lanes.enter(["a"], 1);
  lanes.enter(["a", "b"], 2);
  assert.deepEqual(
    lanes.takeWaiting(["a"], () => true),
    [],
  );
});

test("a stuck lane gives back who waited, and names who blocks it until that one leaves", () => {
  const lanes = new Lanes<number>();
  for (const item of [1, 2, 3]) lanes.enter(["a"], item);
  assert.deepEqual(lanes.markStuck(["a"]), { dropped: [2, 3], ready: [] });
  assert.equal(lanes.stuckHolder(["b", "a"]), 1);
  assert.deepEqual(lanes.leave(["a"], 1), []);
  assert.equal(lanes.stuckHolder(["a"]), undefined);
  assert.equal(lanes.enter(["a"], 4), "held");
});

test("who waited for a stuck lane gives up the lanes it had, and others go on with them", () => {
  const lanes = new Lanes<number>();
  lanes.enter(["b"], 1);
  lanes.enter(["a", "b"], 2);
  lanes.enter(["a"], 3);
  assert.deepEqual(lanes.markStuck(["b"]), { dropped: [2], ready: [3] });
});

test("C8: a lane takes no more than its bound, and then nothing of that item is held", () => {
  const lanes = new Lanes<number>(1);
  lanes.enter(["b"], 1);
  assert.equal(lanes.enter(["b"], 2), "waiting");
  assert.equal(lanes.enter(["a", "b"], 3), "full");
  assert.equal(lanes.enter(["a"], 4), "held");
});

test("only the holder can leave", () => {
  const lanes = new Lanes<number>();
  lanes.enter(["a"], 1);
  lanes.enter(["a"], 2);
  assert.throws(() => lanes.leave(["a"], 2), /does not hold it/);
});

test("in a free lane no item waits", () => {
  const lanes = new Lanes<number>();
  lanes.enter(["a"], 1);
  lanes.leave(["a"], 1);
  assert.deepEqual(
    lanes.takeWaiting(["a"], () => true),
    [],
  );
  assert.deepEqual(lanes.markStuck(["a"]), { dropped: [], ready: [] });
  assert.equal(lanes.stuckHolder(["a"]), undefined);
});
