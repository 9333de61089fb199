import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { SharedWork } from "./shared-work.ts";

const { signal } = new AbortController();

/** Work that takes a second, counted. */
function counted(clock: VirtualClock) {
  const done = { begun: 0, running: 0, most: 0 };
  const work = async (): Promise<number> => {
    done.begun += 1;
    done.running += 1;
    done.most = Math.max(done.most, done.running);
    const startedAtMs = clock.monotonicMs();
    await new Promise<void>((resolve) => void clock.schedule(1_000, resolve));
    done.running -= 1;
    return startedAtMs;
  };
  return { done, work };
}

suite("shared work", () => {
  test("D19: questions at the same time are one piece of work, and each gets an answer that began after it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: fc.constantFrom("a", "b"), afterMs: fc.nat(3_000) }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.constantFrom(0, 4),
        async (questions, restFactor) => {
          const clock = new VirtualClock();
          const shared = new SharedWork<number>({ clock, restFactor });
          const { done, work } = counted(clock);
          const startedAtMs = clock.monotonicMs();
          const answered = questions.map(async ({ key, afterMs }) => {
            await new Promise<void>((resolve) => void clock.schedule(afterMs, resolve));
            const askedAtMs = clock.monotonicMs();
            const { value } = await shared.ask(key, work, signal);
            assert.ok(value() >= askedAtMs);
          });
          await clock.finish(Promise.all(answered));
          assert.equal(done.most, 1, "one at a time");
          assert.ok(done.begun <= 2 + 2 * 4);
          const elapsedMs = clock.monotonicMs() - startedAtMs;
          assert.ok(
            done.begun <= 1 + elapsedMs / (1_000 * (1 + restFactor)),
            "it rests in between",
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  test("D19: a hundred questions at once are two pieces of work, and too many different ones are refused", async () => {
    const clock = new VirtualClock();
    const shared = new SharedWork<number>({ clock, restFactor: 0 });
    const { done, work } = counted(clock);
    const same = Array.from({ length: 100 }, () => shared.ask("a", work, signal));
    await clock.settle();
    same.push(...Array.from({ length: 100 }, () => shared.ask("a", work, signal)));
    await clock.finish(Promise.all(same));
    assert.equal(done.begun, 2);
    const others = Array.from({ length: 70 }, (_, at) => shared.ask(String(at), work, signal));
    const refused = others.slice(64);
    await Promise.all(refused.map((one) => assert.rejects(one, { reason: "AgentBusy" })));
    await clock.finish(Promise.all(others.slice(0, 64)));
    assert.equal(done.begun, 66);
  });

  test("D19: work without a waiting client is not done, or aborted", async () => {
    const clock = new VirtualClock();
    const shared = new SharedWork<number>({ clock, restFactor: 0 });
    const { done, work } = counted(clock);
    let aborted = 0;
    const abortable = (asked: AbortSignal): Promise<number> =>
      new Promise((_, reject) => {
        asked.addEventListener("abort", () => {
          aborted += 1;
          reject(new Error("aborted"));
        });
      });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = [first, second].map((each) => shared.ask("a", abortable, each.signal));
    await clock.settle();
    const waiting = shared.ask("b", work, first.signal);
    const all = Promise.all(
      [...running, waiting].map((one) => assert.rejects(one, { reason: "Aborted" })),
    );
    first.abort();
    await clock.settle();
    assert.equal(aborted, 0, "the second still waits");
    second.abort();
    await all;
    await clock.settle();
    assert.deepEqual([aborted, done.begun], [1, 0]);
    assert.equal((await clock.finish(shared.ask("c", async () => 7, signal))).value(), 7);
    const failing = shared.ask("d", () => Promise.reject(new Error("so it is")), signal);
    await assert.rejects(clock.finish(failing), /so it is/);
  });

  test("D19: clients that are still being answered hold the last four results and no more", async () => {
    const clock = new VirtualClock();
    const shared = new SharedWork<number>({ clock, restFactor: 0 });
    const kept = [];
    for (let at = 0; at < 6; at += 1) {
      kept.push(await clock.finish(shared.ask(String(at), async () => at, signal)));
    }
    for (const { value } of kept.slice(0, 2)) assert.throws(value, { reason: "AgentBusy" });
    assert.deepEqual(
      kept.slice(2).map(({ value }) => value()),
      [2, 3, 4, 5],
    );
  });
});
