import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import fc from "fast-check";
import { readOptions } from "../options.ts";
import { Fifo } from "./fifo.ts";
import { TokenBucket } from "./token-bucket.ts";
import { CoalescingWindow } from "./window.ts";

test("D5: over any stretch of time no more is spent than the burst and the rate allow, and asking is free", () => {
  const anyWait = fc.integer({ min: 0, max: 5_000 });
  fc.assert(
    fc.property(
      fc.array(anyWait, { maxLength: 60 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 20 }),
      (waits, burst, perTenSeconds) => {
        const rate = { perSecond: perTenSeconds / 10, burst };
        const bucket = new TokenBucket(rate, 0);
        let nowMs = 0;
        let spent = 0;
        for (const waitMs of waits) {
          nowMs += waitMs;
          for (let ask = 0; ask < 3; ask++) bucket.availableAt(nowMs);
          const atMs = bucket.availableAt(nowMs);
          if (atMs === undefined) {
            bucket.spend(nowMs);
            spent += 1;
          } else {
            assert.ok(atMs > nowMs);
            const soon = new TokenBucket(rate, 0);
            assert.equal(soon.availableAt(atMs), undefined, "a full bucket says yes at that time");
          }
        }
        assert.ok(spent <= burst + (nowMs * rate.perSecond) / 1_000 + 1e-6);
      },
    ),
  );
});

test("D5: when a token is promised for a time, it is there at that time", () => {
  const bucket = new TokenBucket({ perSecond: 3, burst: 1 }, 0);
  bucket.spend(0);
  const atMs = bucket.availableAt(0);
  assert.equal(atMs, 334);
  assert.equal(bucket.availableAt(334), undefined);
});

test("D4: a window lets the first through, and one at its end", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 400 }), { maxLength: 60 }), (waits) => {
      const window = new CoalescingWindow();
      const runs: number[] = [];
      let pendingAtMs: number | undefined;
      let nowMs = 0;
      const runDue = (): void => {
        if (pendingAtMs === undefined || pendingAtMs > nowMs) return;
        assert.equal(window.admit(pendingAtMs, 500).type, "now");
        runs.push(pendingAtMs);
        pendingAtMs = undefined;
      };
      for (const waitMs of waits) {
        nowMs += waitMs;
        runDue();
        const admission = window.admit(nowMs, 500);
        if (admission.type === "now") runs.push(nowMs);
        else pendingAtMs = admission.atMs;
      }
      nowMs += 1_000;
      runDue();
      runs.forEach((run, at) => {
        if (at > 0) assert.ok(run - (runs[at - 1] ?? 0) >= 500, "never two in one window");
      });
      if (waits.length > 0)
        assert.ok((runs.at(-1) ?? 0) + 500 > nowMs - 1_000, "the last is not lost");
    }),
  );
});

test("a fifo keeps order whatever is taken out of its middle", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(), fc.constantFrom("shift", "even")), { maxLength: 3_000 }),
      (steps) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        for (const step of steps) {
          if (typeof step === "number") {
            fifo.push(step);
            model.push(step);
          } else if (step === "shift") assert.equal(fifo.shift(), model.shift());
          else {
            assert.deepEqual(
              fifo.takeWhere((item) => item % 2 === 0),
              model.filter((item) => item % 2 === 0),
            );
            model = model.filter((item) => item % 2 !== 0);
          }
          assert.equal(fifo.length, model.length);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("D1: zero or absent is the default, negative is an error, a finite rate with burst 0 is an error", () => {
  const defaults = readOptions({});
  assert.deepEqual(
    {
      pollMs: defaults.pollMs,
      attempts: defaults.attempts,
      retryBaseMs: defaults.retryBaseMs,
      retryCapMs: defaults.retryCapMs,
      coalesceMs: defaults.coalesceMs,
      limitPerSecond: defaults.limitPerSecond,
      limitBurst: defaults.limitBurst,
      resourceTimeoutMs: defaults.resourceTimeoutMs,
    },
    {
      pollMs: 30_000,
      attempts: 3,
      retryBaseMs: 5_000,
      retryCapMs: 300_000,
      coalesceMs: 500,
      limitPerSecond: 1,
      limitBurst: 10,
      resourceTimeoutMs: 300_000,
    },
  );
  for (const name of Object.keys(defaults)) {
    assert.deepEqual(readOptions({ [name]: 0 }), defaults, name);
    assert.throws(() => readOptions({ [name]: -1 }), isInvalid, name);
    assert.throws(() => readOptions({ [name]: Number.NaN }), isInvalid, name);
  }
  assert.throws(() => readOptions({ limitPerSecond: 2, limitBurst: 0 }), isInvalid);
  assert.equal(
    readOptions({ limitPerSecond: Number.POSITIVE_INFINITY, limitBurst: 0 }).limitBurst,
    10,
  );
});

function isInvalid(error: unknown): boolean {
  return error instanceof Fault && error.reason === "InputInvalid";
}
