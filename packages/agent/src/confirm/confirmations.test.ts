import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ChangeMemory,
  type EngineEvent,
  Fault,
  type HealthCheck,
  type Result,
  resourceId,
} from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { Confirmations } from "./confirmations.ts";

const ID = resourceId("file", "/etc/net.conf");
const OP = "00000000000000aa";
const WITHIN_MS = 60_000;
const UNSTOPPED = new AbortController().signal;

/** A change that has begun, and what becomes of it. */
function begun(options: {
  readonly check?: HealthCheck;
  /** When the check passes, on the clock. */
  readonly passesAtMs?: number;
  /** How often putting it back fails first. */
  readonly failures?: number;
  /** An earlier process began it. */
  readonly isLeft?: boolean;
}) {
  const { check, passesAtMs = Number.POSITIVE_INFINITY, failures = 0 } = options;
  const clock = new VirtualClock();
  const startedAtMs = clock.monotonicMs();
  const nowMs = (): number => clock.monotonicMs() - startedAtMs;
  const memory = new ChangeMemory();
  const before = { type: "absent" } as const;
  const unconfirmed = { id: ID, verb: "create", specDigest: "s", atMs: 0, before } as const;
  const ends: string[] = [];
  const published: EngineEvent[] = [];
  let failed = 0;
  const confirmations = new Confirmations({
    clock,
    ledger: {
      unconfirmed: () => memory.unconfirmed(),
      async confirm(op) {
        memory.confirm(op);
        ends.push(`confirmed at ${nowMs()}`);
      },
    },
    checkOf: () => check,
    ask: async () => nowMs() >= passesAtMs,
    async putBack() {
      failed += 1;
      if (failed <= failures) throw fault("HostFailed");
      memory.undone(ID, OP);
      ends.push(`put back at ${nowMs()}`);
    },
    tell: (event) => void published.push(event),
  });
  const expect = (op: string): void => {
    memory.await({ ...unconfirmed, op, confirmWithinMs: WITHIN_MS });
    if (options.isLeft === true) return confirmations.resume();
    confirmations.note({ type: "degraded", subject: ID, fault: fault("NotConfirmed").toJSON() });
  };
  expect(OP);
  return { clock, confirmations, ends, published, memory, expect };
}

function fault(reason: "NotConfirmed" | "HostFailed"): Fault {
  return new Fault({ reason, message: "m", resolution: "r" });
}

function ended(status: Result["status"]): EngineEvent {
  const result = { id: ID, status, cause: "intent", changes: [], durationMs: 1 } as const;
  return { type: "result", result, latencyMs: 1 };
}

test("a change that nobody confirms is put back when its time is over, and not before", async () => {
  const { clock, confirmations, ends } = begun({});
  confirmations.note(ended("changed"));
  await clock.advance(WITHIN_MS - 1);
  assert.deepEqual(ends, []);
  await clock.advance(1);
  assert.deepEqual(ends, [`put back at ${WITHIN_MS}`]);
  assert.match(confirmations.putBack.get(ID)?.message ?? "", /nobody confirmed it in time/);
});

test("a person's word keeps it, and says so", async () => {
  const { clock, confirmations, ends, published } = begun({});
  await clock.advance(5);
  const confirmed = await confirmations.confirm(undefined, UNSTOPPED);
  assert.deepEqual(
    confirmed.map(({ op }) => op),
    [OP],
  );
  await clock.advance(10 * WITHIN_MS);
  assert.deepEqual(ends, ["confirmed at 5"]);
  assert.deepEqual(published, [{ type: "recovered", subject: ID }]);
  await confirmations.settled(UNSTOPPED);
});

test("a name that nothing has confirms nothing", async () => {
  const { clock, confirmations, ends } = begun({});
  assert.deepEqual(await confirmations.confirm(["ffffffffffffffff"], UNSTOPPED), []);
  await clock.advance(WITHIN_MS);
  assert.deepEqual(ends, [`put back at ${WITHIN_MS}`]);
});

test("what fails is put back at once, and what a stop finds unconfirmed too", async () => {
  const failing = begun({});
  failing.confirmations.note(ended("failed"));
  await failing.clock.advance(0);
  assert.deepEqual(failing.ends, ["put back at 0"]);

  const stopped = begun({});
  const stop = new AbortController();
  const settled = stopped.confirmations.settled(stop.signal);
  stop.abort();
  await settled;
  assert.deepEqual(stopped.ends, ["put back at 0"]);
});

test("what cannot be put back is tried again until it can", async () => {
  const { clock, ends, published } = begun({ failures: 3 });
  await clock.advance(WITHIN_MS + 2_000 + 4_000 + 8_000);
  assert.deepEqual(ends, [`put back at ${WITHIN_MS + 14_000}`]);
  assert.equal(published.length, 4, "each failure is said, and the end");
});

test("what an earlier agent left and could not put back is tried again until it can, and is not confirmed", async () => {
  const { clock, confirmations, ends } = begun({ failures: 2, isLeft: true });
  assert.deepEqual(await confirmations.confirm(undefined, UNSTOPPED), []);
  await clock.advance(2_000 + 2_000 + 4_000);
  assert.deepEqual(ends, ["put back at 8000"]);
  await confirmations.settled(UNSTOPPED);
});

test("what was made on top of an unconfirmed change goes with it, and a later one is not put back for it", async () => {
  const { clock, confirmations, ends, memory, expect } = begun({});
  await clock.advance(WITHIN_MS / 2);
  expect("00000000000000bb");
  await clock.advance(WITHIN_MS / 2);
  assert.deepEqual(ends, [`put back at ${WITHIN_MS}`], "both of them, once");
  expect("00000000000000cc");
  await clock.advance(WITHIN_MS - 1);
  assert.equal(ends.length, 1, "the new one has its own time");
  assert.equal([...memory.unconfirmed()].length, 1);
  await clock.advance(1);
  assert.equal(ends.length, 2);
  await confirmations.settled(UNSTOPPED);
});

test("a stop tries at once, three times, and leaves to the next start what cannot be put back", async () => {
  for (const failures of [2, Number.POSITIVE_INFINITY]) {
    const { clock, confirmations, ends, published } = begun({ failures });
    await clock.advance(WITHIN_MS + 1);
    const stop = new AbortController();
    const settled = confirmations.settled(stop.signal);
    stop.abort();
    await clock.finish(settled);
    const isBack = failures === 2;
    assert.equal(ends.length, isBack ? 1 : 0);
    const left = confirmations.putBack.get(ID)?.message ?? "";
    assert.match(left, isBack ? /was put back/ : /is not put back yet/);
    const tries = published.filter(({ type }) => type === "degraded").length;
    await clock.advance(100 * WITHIN_MS);
    assert.equal(published.length, tries, "nothing goes on");
  }
});

test("a check confirms as soon as it passes, and a change ends once, whatever comes in which order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.nat({ max: 2 * WITHIN_MS }), { nil: undefined }),
      fc.nat({ max: 3 }),
      fc.array(
        fc.record({
          afterMs: fc.nat({ max: WITHIN_MS }),
          what: fc.constantFrom("ok", "changed", "failed", "confirm", "again" as const),
        }),
        { maxLength: 6 },
      ),
      async (passesAtMs, failures, steps) => {
        const check = { tcp: "10.0.0.1:22" };
        const passing = passesAtMs === undefined ? {} : { passesAtMs };
        const { clock, confirmations, ends } = begun({ check, failures, ...passing });
        for (const { afterMs, what } of steps) {
          await clock.advance(afterMs);
          if (what === "confirm") await confirmations.confirm([OP], UNSTOPPED);
          else if (what === "again")
            confirmations.note({
              type: "degraded",
              subject: ID,
              fault: fault("NotConfirmed").toJSON(),
            });
          else confirmations.note(ended(what));
        }
        await clock.advance(WITHIN_MS + 200_000);
        assert.equal(ends.length, 1, ends.join(", "));
        await confirmations.settled(UNSTOPPED);
      },
    ),
    { numRuns: 200 },
  );
});
