import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Fault } from "@holdfast/core";
import { DaemonFault, type EventInput, type EventRecord } from "@holdfast/daemonkit/eventlog";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { EntryQueue, MOST_WAITING } from "./entry-queue.ts";

const entryOf = (message: string): EventInput => ({ level: "info", reason: "Said", message });

function diskFault(reason = "DiskFull"): DaemonFault {
  return new DaemonFault({ reason, message: "no space is left", resolution: "Free some space." });
}

/** A store that fails as long as the test asks for it, and a queue on it. */
function rig() {
  const clock = new VirtualClock();
  const written: string[] = [];
  const said: (string | undefined)[] = [];
  const state = { opens: 0, closes: 0, refusal: undefined as DaemonFault | undefined };
  let hang: Promise<void> | undefined;
  const store = {
    async append({ message }: EventInput): Promise<EventRecord> {
      await hang;
      if (state.refusal !== undefined) throw state.refusal;
      written.push(message);
      return { ts: "", level: "info", reason: "", msg: message, operationId: "", hostId: "" };
    },
    async [Symbol.asyncDispose]() {
      state.closes += 1;
    },
  };
  const queue = new EntryQueue({
    clock,
    async open() {
      state.opens += 1;
      if (state.refusal !== undefined) throw state.refusal;
      return store;
    },
    onCondition: (fault: Fault | undefined) => said.push(fault?.reason),
  });
  return {
    clock,
    queue,
    written,
    said,
    state,
    hangUntil: (until: Promise<void> | undefined) => {
      hang = until;
    },
  };
}

suite("entries on their way to the disk", () => {
  test("M11: whatever fails for however long, every entry is written once it can be, in its order", async () => {
    const step = fc.record({
      count: fc.nat(4),
      isBroken: fc.boolean(),
      passMs: fc.constantFrom(0, 500, 3_000, 90_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { clock, queue, written, said, state } = rig();
        const published: string[] = [];
        for (const { count, isBroken, passMs } of steps) {
          state.refusal = isBroken ? diskFault() : undefined;
          for (let each = 0; each < count; each += 1) {
            published.push(String(published.length));
            queue.add(entryOf(published.at(-1) ?? ""));
          }
          await clock.advance(passMs);
        }
        state.refusal = undefined;
        await clock.advance(60_000);
        assert.deepEqual(written, published);
        assert.equal(queue.unwritten, 0);
        for (const [index, reason] of said.entries()) {
          assert.equal(reason, index % 2 === 0 ? "EventLogUnavailable" : undefined);
        }
        assert.equal(said.length % 2, 0, "each condition ended");
        assert.equal(clock.pending, 0);
      }),
    );
  });

  test("M11: a fault is said once with what to do, and its end once", async () => {
    const { clock, queue, said, state } = rig();
    state.refusal = diskFault();
    queue.add(entryOf("one"));
    await clock.advance(600_000);
    queue.add(entryOf("two"));
    await clock.advance(600_000);
    assert.deepEqual(said, ["EventLogUnavailable"]);
    assert.ok(state.opens <= 30, `it is tried again slower and slower, not ${state.opens} times`);
    state.refusal = undefined;
    await clock.advance(60_000);
    assert.deepEqual(said, ["EventLogUnavailable", undefined]);
  });

  test("M11: an entry that does not fit in memory is counted, and the count is in the log when it can be written", async () => {
    const { clock, queue, written, state } = rig();
    state.refusal = diskFault();
    for (let number = 0; number < MOST_WAITING + 7; number += 1) queue.add(entryOf(String(number)));
    await clock.settle();
    assert.equal(queue.unwritten, MOST_WAITING + 7);
    state.refusal = undefined;
    await clock.advance(1_000);
    assert.equal(written.length, MOST_WAITING + 1);
    assert.equal(written.at(-1), "7 events could not be kept");
  });

  test("M11: an entry that is refused for its content delays no other", async () => {
    const { clock, queue, written, said, state } = rig();
    queue.add(entryOf("fine"));
    await clock.settle();
    state.refusal = diskFault("LineInvalid");
    queue.add(entryOf("endless"));
    await clock.settle();
    assert.deepEqual(said, ["EventLogUnavailable"], "not even the loss can be written: no loop");
    state.refusal = undefined;
    queue.add(entryOf("next"));
    await clock.advance(1_000);
    assert.deepEqual(written, ["fine", "1 event could not be kept", "next"]);
  });

  test("M11: a disk that does not answer is a condition after 10 s, and an end waits for it 5 s", async () => {
    const { clock, queue, written, said, hangUntil } = rig();
    const answer = Promise.withResolvers<void>();
    hangUntil(answer.promise);
    queue.add(entryOf("one"));
    await clock.advance(9_000);
    assert.deepEqual(said, []);
    await clock.advance(1_000);
    assert.deepEqual(said, ["EventLogUnavailable"]);
    let isOver = false;
    const closing = queue[Symbol.asyncDispose]().then(() => {
      isOver = true;
    });
    await clock.advance(4_900);
    assert.equal(isOver, false);
    await clock.advance(100);
    await closing;
    assert.equal(queue.unwritten, 1);
    answer.resolve();
    await clock.settle();
    assert.deepEqual(written, ["one"]);
  });

  test("M11: an end makes published events durable, tries failed entries once more, and takes nothing after", async () => {
    const { clock, queue, written, state } = rig();
    state.refusal = diskFault();
    queue.add(entryOf("one"));
    await clock.settle();
    state.refusal = undefined;
    queue.add(entryOf("two"));
    const closing = queue[Symbol.asyncDispose]();
    queue.add(entryOf("late"));
    await closing;
    await queue[Symbol.asyncDispose]();
    assert.deepEqual(written, ["one", "two"]);
    assert.deepEqual([state.closes, clock.pending], [1, 0]);
  });
});
