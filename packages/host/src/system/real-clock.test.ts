import assert from "node:assert/strict";
import { test } from "node:test";
import { realClock } from "./real-clock.ts";
import { realRandom } from "./real-random.ts";
import { sha256 } from "./sha256.ts";

test("design 6.11: a callback never comes before its time on the monotonic clock", async () => {
  const delays = [0, 0.1, 0.9, 1, 1.5, 2.2, 3, 7.7, 10, 20.01];
  await Promise.all(
    delays.flatMap((delayMs) =>
      Array.from({ length: 20 }, async () => {
        const startMs = realClock.monotonicMs();
        await new Promise<void>((resolve) => realClock.schedule(delayMs, resolve));
        assert.ok(realClock.monotonicMs() - startMs >= delayMs);
      }),
    ),
  );
});

test("a delay longer than a timer can hold does not fire at once, and can be cancelled twice", async () => {
  let hasFired = false;
  const cancel = realClock.schedule(2 ** 40, () => (hasFired = true));
  await new Promise<void>((resolve) => realClock.schedule(20, resolve));
  cancel();
  cancel();
  assert.equal(hasFired, false);
});

test("a long delay is chained to its end", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const start = performance.now();
  const weekMs = 7 * 24 * 3_600_000;
  let nowMs = start;
  t.mock.method(performance, "now", () => nowMs);
  let fired = 0;
  realClock.schedule(8 * weekMs, () => (fired += 1));
  for (let week = 1; week <= 8; week += 1) {
    assert.equal(fired, 0, `after ${week - 1} weeks`);
    nowMs += weekMs;
    t.mock.timers.tick(weekMs);
  }
  nowMs += 1;
  t.mock.timers.tick(1);
  assert.equal(fired, 1);
});

test("a cancelled callback does not come", async () => {
  let hasFired = false;
  realClock.schedule(1, () => (hasFired = true))();
  await new Promise<void>((resolve) => realClock.schedule(10, resolve));
  assert.equal(hasFired, false);
});

test("chance is in its range, hex is as long as it was asked for", () => {
  const values = Array.from({ length: 1000 }, () => realRandom.next());
  assert.ok(values.every((value) => value >= 0 && value < 1));
  assert.match(realRandom.hex(8), /^[0-9a-f]{16}$/);
  assert.notEqual(realRandom.hex(16), realRandom.hex(16));
});

test("SHA-256 is of the bytes, or of the text's UTF-8 (FIPS 180-2, B.1)", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(sha256.sha256("abc"), abc);
  assert.equal(sha256.sha256(new Uint8Array([97, 98, 99])), abc);
  assert.equal(sha256.sha256("ü"), sha256.sha256(new Uint8Array([0xc3, 0xbc])));
});
