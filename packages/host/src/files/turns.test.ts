import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { Turns } from "./turns.ts";

const stopped = new Fault({ reason: "Aborted", message: "stopped", resolution: "-" });

test("never more run at once than may, those who wait begin in their order, and who is stopped while waiting never begins", async () => {
  const anyWork = fc.record({
    takesMs: fc.integer({ min: 0, max: 50 }),
    stopsAfterMs: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    isFailing: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(anyWork, { maxLength: 12 }),
      async (atOnce, works) => {
        const clock = new VirtualClock();
        const turns = new Turns(atOnce);
        const begun: number[] = [];
        let running = 0;
        const endings = works.map(async ({ takesMs, stopsAfterMs, isFailing }, at) => {
          const controller = new AbortController();
          if (stopsAfterMs !== undefined) {
            clock.schedule(stopsAfterMs, () => controller.abort(stopped));
          }
          const wasStopped = (): boolean => controller.signal.aborted && !begun.includes(at);
          const work = async (): Promise<void> => {
            assert.equal(wasStopped(), false);
            begun.push(at);
            running += 1;
            assert.ok(running <= atOnce);
            await new Promise<void>((resolve) => clock.schedule(takesMs, resolve));
            running -= 1;
            if (isFailing) throw new Error("planned");
          };
          await turns.run(work, controller.signal).catch((error: unknown) => {
            const isPlanned = error instanceof Error && error.message === "planned";
            assert.ok(isPlanned ? isFailing : error === stopped && wasStopped(), String(error));
          });
        });
        await clock.finish(Promise.all(endings), 10_000);
        assert.deepEqual(
          begun,
          begun.toSorted((left, right) => left - right),
        );
        assert.equal(running, 0);
        let isFree = false;
        await turns.run(async () => void (isFree = true), new AbortController().signal);
        assert.ok(isFree, "every turn was given back");
      },
    ),
  );
});
