import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { backoffDelayMs, parseBackoff } from "./backoff.ts";

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

suite("M2: waits between starts", () => {
  test("M2: each is twice the one before, within a tenth, and never above the cap", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), chance, (failure, value) => {
        const delayMs = backoffDelayMs(failure, parseBackoff(), { next: () => value });
        const nominalMs = Math.min(300_000, 5_000 * 2 ** (failure - 1));
        assert.ok(delayMs >= nominalMs * 0.9 - 1e-6 && delayMs <= nominalMs * 1.1);
        assert.ok(delayMs <= 300_000);
      }),
    );
  });

  test("M2: those that wait at the cap do not all wait equally long", () => {
    const delays = [0, 0.25, 0.6, 0.8, 0.99].map((value) =>
      backoffDelayMs(20, parseBackoff(), { next: () => value }),
    );
    assert.equal(new Set(delays).size, delays.length);
  });

  test("M2: without jitter the waits are 5, 10, 20 … 300 seconds", () => {
    const middle = { next: () => 0.5 };
    const seconds = Array.from({ length: 8 }, (_, index) =>
      Math.round(backoffDelayMs(index + 1, parseBackoff({}), middle) / 1_000),
    );
    assert.deepEqual(seconds, [5, 10, 20, 40, 80, 160, 300, 300]);
  });

  test("M6: zero is the default, a negative wait or a cap below the base is refused", () => {
    assert.deepEqual(parseBackoff({ baseMs: 0, capMs: 0 }), { baseMs: 5_000, capMs: 300_000 });
    assert.throws(() => parseBackoff({ baseMs: -1 }), { reason: "OptionInvalid" });
    assert.throws(() => parseBackoff({ capMs: Number.NaN }), { reason: "OptionInvalid" });
    assert.throws(() => parseBackoff({ baseMs: 10, capMs: 9 }), { reason: "OptionInvalid" });
  });
});
