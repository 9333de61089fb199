import assert from "node:assert/strict";
import { test } from "node:test";
import { Bench } from "./bench.ts";

const MINUTE_MS = 60_000;

test("D9: a watch that ends is restarted with a doubling wait; meanwhile its resources are polled and a condition says so", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }]);
  const opened = bench.fakes.watchesOpened;
  bench.fakes.isWatchBroken = true;
  bench.fakes.breakWatch();
  await bench.clock.settle();
  assert.deepEqual(
    bench.events
      .filter(({ type }) => type === "degraded")
      .map((event) => event.type === "degraded" && event.subject),
    ["watch:fake"],
  );
  await bench.clock.advance(1_000);
  assert.equal(bench.fakes.watchesOpened - opened, 1, "after 1 s");
  await bench.clock.advance(2_000);
  assert.equal(bench.fakes.watchesOpened - opened, 2, "after 2 s more");
  await bench.clock.advance(4_000);
  assert.equal(bench.fakes.watchesOpened - opened, 3, "after 4 s more");
  await bench.clock.advance(60 * MINUTE_MS);
  const hourly = bench.fakes.watchesOpened;
  await bench.clock.advance(60 * MINUTE_MS);
  assert.equal(bench.fakes.watchesOpened - hourly, 12, "every 5 minutes at last");

  bench.fakes.tamperUnnoticed("a", "bad");
  await bench.clock.advance(33_000);
  assert.equal(bench.fakes.values.get("a"), "good", "polled");

  bench.fakes.isWatchBroken = false;
  await bench.clock.advance(5 * MINUTE_MS);
  assert.ok(bench.events.some(({ type }) => type === "recovered"));
  bench.fakes.tamper("a", "bad");
  await bench.clock.settle();
  assert.equal(bench.fakes.values.get("a"), "good", "watched again");
  bench.stop();
});

test("D9: a watch that was healthy for a minute is restarted after 1 s again", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }]);
  for (let time = 0; time < 3; time++) {
    const opened = bench.fakes.watchesOpened;
    bench.fakes.breakWatch();
    await bench.clock.advance(1_000);
    assert.equal(bench.fakes.watchesOpened, opened + 1);
    await bench.clock.advance(MINUTE_MS + 1);
  }
  bench.stop();
});

test("D9: a drift during a gap of the watch is found when the watch is back", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(2_000);
  bench.fakes.breakWatch();
  await bench.clock.advance(900);
  bench.fakes.tamperUnnoticed("a", "bad");
  await bench.clock.advance(700);
  assert.equal(bench.fakes.values.get("a"), "good");
  bench.stop();
});

test("D2, D9: a watch that cannot be opened at the start does not stop the first pass", async () => {
  const bench = new Bench();
  bench.fakes.isWatchBroken = true;
  await bench.serve([{ name: "a" }]);
  assert.equal(bench.fakes.values.get("a"), "good");
  assert.ok(bench.events.some((event) => event.type === "watching" && event.polled === 1));
  bench.fakes.isWatchBroken = false;
  await bench.clock.advance(2_000);
  assert.ok(bench.fakes.isWatched);
  bench.stop();
});

test("D9: a watch that is never live for a minute waits longer each time", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }]);
  for (const waitMs of [1_000, 2_000, 4_000, 8_000]) {
    const opened = bench.fakes.watchesOpened;
    bench.fakes.breakWatch();
    await bench.clock.advance(waitMs - 1);
    assert.equal(bench.fakes.watchesOpened, opened, `not before ${waitMs} ms`);
    await bench.clock.advance(1);
    assert.equal(bench.fakes.watchesOpened, opened + 1);
    await bench.clock.advance(10_000);
  }
  bench.stop();
});

test("promise 13, D9: a watch that never opens holds up nothing; its resources are polled", async () => {
  const bench = new Bench();
  Object.assign(bench.fakes.kind, { watch: () => new Promise(() => {}) });
  const { isOver } = await bench.serve([{ name: "a" }]);
  assert.equal(isOver(), false);
  assert.equal(bench.fakes.values.get("a"), "good", "the first pass was made");
  bench.fakes.tamperUnnoticed("a", "bad");
  await bench.clock.advance(40_000);
  assert.equal(bench.fakes.values.get("a"), "good", "found by a poll");
  bench.stop();
});
