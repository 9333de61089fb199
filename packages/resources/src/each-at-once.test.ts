import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { eachAtOnce } from "./each-at-once.ts";

test("each item is worked on once, never more at once than may be, and after a failure nothing is begun", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.option(fc.nat({ max: 20 })),
      async (count, atOnce, failing) => {
        const begun: number[] = [];
        let running = 0;
        const items = Array.from({ length: count }, (_, item) => item);
        const all = eachAtOnce(items, atOnce, async (item) => {
          begun.push(item);
          running += 1;
          assert.ok(running <= atOnce);
          await new Promise(setImmediate);
          running -= 1;
          if (item === failing) throw new Error(`${item} failed`);
        });
        if (failing === null || failing >= count) {
          await all;
          assert.deepEqual(begun, items);
        } else {
          await assert.rejects(all, { message: `${failing} failed` });
          assert.ok(begun.length <= failing + atOnce);
        }
        assert.equal(running, 0);
      },
    ),
    { numRuns: 50 },
  );
});
