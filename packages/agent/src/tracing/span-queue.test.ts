import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import type { Span } from "./run-tracer.ts";
import { BATCH_SPANS, MOST_SPANS, SpanQueue } from "./span-queue.ts";

function spansOf(first: number, count: number): readonly Span[] {
  return Array.from({ length: count }, (_, index) => ({
    traceId: "0".repeat(32),
    spanId: String(first + index),
    parentSpanId: undefined,
    name: "observe" as const,
    startMs: 0,
    endMs: 0,
    attributes: {},
    isError: false,
  }));
}

/** A collector with the answers of the test; a negative answer is none at all. */
function rig() {
  const clock = new VirtualClock();
  const received: string[] = [];
  const said: string[] = [];
  const collector = { answer: 200, calls: 0, largest: 0 };
  const queue = new SpanQueue({
    clock,
    log: {
      ...silentLog,
      warn: (message) => said.push(message),
      info: (message) => said.push(message),
    },
    async send(spans, signal) {
      collector.calls += 1;
      collector.largest = Math.max(collector.largest, spans.length);
      if (collector.answer === 0) {
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true }),
        );
      }
      if (collector.answer < 0) throw new Error("connect ECONNREFUSED");
      if (collector.answer === 200) received.push(...spans.map(({ spanId }) => spanId));
      return collector.answer;
    },
  });
  return { clock, queue, received, said, collector };
}

test("whatever the collector answers and when: each span is delivered once, in order, or counted as dropped", async () => {
  const step = fc.record({
    count: fc.integer({ min: 0, max: 3_000 }),
    answer: fc.constantFrom(200, 200, -1, 429, 503, 400),
    passMs: fc.constantFrom(0, 2_000, 100_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
      const { clock, queue, received, collector } = rig();
      let published = 0;
      for (const { count, answer, passMs } of steps) {
        collector.answer = answer;
        queue.add(spansOf(published, count));
        published += count;
        await clock.advance(passMs);
      }
      collector.answer = 200;
      await clock.advance(200_000);
      assert.equal(received.length + queue.dropped, published);
      assert.equal(new Set(received).size, received.length);
      assert.deepEqual(
        received,
        received.toSorted((one, other) => Number(one) - Number(other)),
      );
      assert.ok(collector.largest <= BATCH_SPANS);
      assert.equal(clock.pending, 0);
    }),
    { numRuns: 60 },
  );
});

test("a collector that is away is said once and tried slower and slower; what does not fit is dropped", async () => {
  const { clock, queue, received, said, collector } = rig();
  collector.answer = -1;
  for (let trace = 0; trace < 40; trace += 1) queue.add(spansOf(trace * 300, 300));
  await clock.advance(600_000);
  assert.equal(queue.dropped, 40 * 300 - Math.floor(MOST_SPANS / 300) * 300);
  assert.deepEqual(said, ["traces cannot be delivered: connect ECONNREFUSED"]);
  assert.ok(collector.calls <= 15, `${collector.calls} calls in ten minutes`);
  collector.answer = 200;
  await clock.advance(60_000);
  assert.equal(received.length, Math.floor(MOST_SPANS / 300) * 300);
  assert.equal(said.at(-1), "traces are delivered again");
});

test("an end delivers what waits, and gives up on a collector that does not answer after 5 s", async () => {
  const { clock, queue, received } = rig();
  queue.add(spansOf(0, 3));
  await queue[Symbol.asyncDispose]();
  assert.deepEqual(received, ["0", "1", "2"]);
  queue.add(spansOf(3, 1));
  assert.equal(queue.dropped, 1);
  assert.equal(clock.pending, 0);

  const deaf = rig();
  deaf.collector.answer = 0;
  deaf.queue.add(spansOf(0, 3));
  let isOver = false;
  const closing = deaf.queue[Symbol.asyncDispose]().then(() => {
    isOver = true;
  });
  await deaf.clock.advance(4_900);
  assert.equal(isOver, false);
  await deaf.clock.advance(200);
  await closing;
  assert.equal(deaf.clock.pending, 0);
});
