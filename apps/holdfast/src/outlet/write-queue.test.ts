import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type OutputFailure } from "./output-failure.ts";
import { type Sink, WriteQueue } from "./write-queue.ts";

const LIMIT = 40;

/** A sink that takes, refuses or holds up each write as the test says. */
function scripted() {
  const written: string[] = [];
  const held: PromiseWithResolvers<void>[] = [];
  let behaviour: "take" | "hold" | "ENOSPC" | "EPIPE" = "take";
  const sink: Sink = {
    isImmediate: false,
    async write(text) {
      const now = behaviour;
      if (now === "hold") {
        const gate = Promise.withResolvers<void>();
        held.push(gate);
        await gate.promise;
      } else if (now !== "take") throw Object.assign(new Error(now), { code: now });
      written.push(text);
    },
  };
  return {
    sink,
    written,
    behave(next: typeof behaviour): void {
      behaviour = next;
      if (next !== "hold") for (const gate of held.splice(0)) gate.resolve();
    },
  };
}

/** Lets promises run. */
async function settleTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("promise 12: whatever happens to the output, whole texts come out in their order, what is held is bounded, and no loss goes unreported", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const anyStep = fc.oneof(
    fc.record({ write: fc.string({ minLength: 1, maxLength: 30 }) }),
    fc.record({ behave: fc.constantFrom("take", "hold", "ENOSPC", "EPIPE") }),
    fc.record({ waitMs: fc.constantFrom(1_000, 6_000) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { maxLength: 40 }),
      fc.boolean(),
      async (steps, isBounded) => {
        const { sink, written, behave } = scripted();
        const queue = new WriteQueue(sink);
        const reported: (OutputFailure | undefined)[] = [];
        queue.listen((failure) => reported.push(failure));
        if (isBounded) queue.limit(LIMIT);
        let given: string[] = [];
        for (const step of steps) {
          if ("write" in step) {
            // Marked, so that each output can be identified.
            const text = `<${step.write.replaceAll(/[<>]/g, "_")}>`;
            given = [...given, text];
            queue.write(text);
          } else if ("behave" in step) behave(step.behave);
          else t.mock.timers.tick(step.waitMs);
          await settleTurns();
          if (isBounded) assert.ok(queue.heldCharacters <= LIMIT, `${queue.heldCharacters}`);
        }
        behave("take");
        await queue.settle();
        const whole = written.join("").match(/<[^<>]*>/g) ?? [];
        assert.equal(whole.join(""), written.join(""), "no text is cut");
        let from = 0;
        for (const text of whole) {
          from = given.indexOf(text, from) + 1;
          assert.ok(from > 0, "in their order");
        }
        if (whole.length < given.length) assert.ok(reported.length > 0, "a loss is reported");
        if (!isBounded && reported.length === 0) assert.deepEqual(whole, given);
        for (const [at, failure] of reported.entries()) {
          assert.equal(failure === undefined, at % 2 === 1, "well and not well take turns");
        }
        const isReal = reported.some((failure) => failure !== undefined && !failure.isReaderGone);
        if (isReal) assert.ok(queue.loss !== undefined && !queue.loss.isReaderGone);
      },
    ),
  );
});

test("promise 12: a failure is over when everything could be written for 5 s, and not before", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { sink, behave } = scripted();
  const queue = new WriteQueue(sink);
  const reported: (string | undefined)[] = [];
  behave("ENOSPC");
  queue.write("one");
  await settleTurns();
  queue.listen((failure) => reported.push(failure?.code));
  assert.deepEqual(reported, ["ENOSPC"], "who comes later learns of it too");
  for (const next of ["take", "ENOSPC", "take"] as const) {
    behave(next);
    queue.write("more");
    await settleTurns();
    t.mock.timers.tick(4_999);
  }
  assert.deepEqual(reported, ["ENOSPC"]);
  t.mock.timers.tick(1);
  assert.deepEqual(reported, ["ENOSPC", undefined]);
  assert.equal(queue.loss?.code, "ENOSPC", "what was lost stays lost");
});

test("promise 12: at the end a bounded output waits a second for a reader that does not read, another as long as it takes", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const isBounded of [true, false]) {
    const { sink, behave } = scripted();
    const queue = new WriteQueue(sink);
    if (isBounded) queue.limit(LIMIT);
    behave("hold");
    queue.write("text");
    let isSettled = false;
    const settled = queue.settle().then(() => (isSettled = true));
    t.mock.timers.tick(999);
    await settleTurns();
    assert.equal(isSettled, false);
    t.mock.timers.tick(1);
    await settleTurns();
    assert.equal(isSettled, isBounded);
    behave("take");
    await settled;
  }
});
