import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backoffDelayMs } from "../queue/backoff.ts";
import { seededRandom } from "@holdfast/testing";
import { Bench } from "./bench.ts";

const MINUTE_MS = 60_000;
const CAP_MS = 5 * MINUTE_MS;

/** Waits between the times, in order. */
function gapsOf(times: readonly number[]): readonly number[] {
  return times.slice(1).map((time, at) => time - (times[at] ?? 0));
}

test("D6: the wait doubles up to the cap, give or take a tenth, and is the cap from the last attempt on", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 1, max: 100 }),
      fc.nat(),
      (failures, baseMs, attempts, seed) => {
        const options = { baseMs, capMs: CAP_MS, attempts };
        const delay = backoffDelayMs(failures, options, seededRandom(seed));
        const plain =
          failures >= attempts ? CAP_MS : Math.min(CAP_MS, baseMs * 2 ** (failures - 1));
        assert.ok(delay >= plain * 0.9 - 1e-6 && delay <= plain * 1.1 + 1e-6);
      },
    ),
  );
});

test("D2, D6: a failure of the first pass is retried like any other, three times at full rate, then once per cap for ever", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:a", "fail");
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(40 * MINUTE_MS);
  const gaps = gapsOf(bench.timesOf("apply", "a"));
  assert.ok(gaps.length >= 7, `${gaps.length + 1} attempts in 40 minutes`);
  const [first = 0, second = 0, ...others] = gaps;
  assert.ok(first >= 4_500 && first <= 5_500, `${first}`);
  assert.ok(second >= 9_000 && second <= 11_000, `${second}`);
  for (const gap of others) assert.ok(gap >= 0.9 * CAP_MS && gap <= 1.1 * CAP_MS, `${gap}`);
  assert.equal(bench.statusOf("a").isStalled, true);
  bench.fakes.trouble.clear();
  await bench.clock.advance(6 * MINUTE_MS);
  assert.equal(bench.statusOf("a").type, "Ready");
  assert.equal(bench.statusOf("a").isStalled, undefined);
  bench.stop();
});

test("D6: an outside event starts a failing resource afresh; an echo of our own attempt does not", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:a", "fail");
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(MINUTE_MS);
  const stalled = bench.count("apply", "a");
  bench.fakes.hint("a", "echo");
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.count("apply", "a"), stalled, "nothing outside has changed it");
  bench.fakes.tamper("a", "something else");
  await bench.clock.advance(1_000);
  assert.equal(bench.count("apply", "a"), stalled + 1);
  await bench.clock.advance(20_000);
  assert.equal(bench.count("apply", "a"), stalled + 3, "at full rate again");
  bench.stop();
});

test("D6: a new generation and a recovered dependency start a failing resource afresh", async () => {
  const bench = new Bench();
  const fakes = [{ name: "base" }, { name: "top", meta: { dependsOn: ["fake:base" as never] } }];
  bench.fakes.trouble.set("apply:top", "fail");
  await bench.serve(fakes);
  await bench.clock.advance(MINUTE_MS);
  const stalled = bench.count("apply", "top");
  await bench.load(fakes, 2);
  await bench.clock.advance(20_000);
  assert.equal(bench.count("apply", "top"), stalled + 3, "a new generation");

  bench.fakes.trouble.set("apply:base", "fail");
  bench.fakes.tamper("base", "bad");
  await bench.clock.advance(1_000);
  assert.equal(bench.statusOf("top").type, "Blocked");
  bench.fakes.trouble.delete("apply:base");
  const blocked = bench.count("apply", "top");
  await bench.clock.advance(30_000);
  assert.ok(bench.count("apply", "top") > blocked + 1, "a recovered dependency");
  bench.stop();
});

test("promise 4: dependents of a failure are released when it recovers", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:base", "fail");
  await bench.serve([
    { name: "base" },
    { name: "middle", meta: { dependsOn: ["fake:base" as never] } },
    { name: "leaf", meta: { dependsOn: ["fake:middle" as never] } },
  ]);
  assert.equal(bench.statusOf("leaf").type, "Blocked");
  bench.fakes.trouble.clear();
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.statusOf("leaf").type, "Ready");
  assert.equal(bench.fakes.values.get("leaf"), "good");
  bench.stop();
});

test("a failing dependency in the loop blocks what depends on it, and the rest stays as it is", async () => {
  const bench = new Bench();
  await bench.serve([
    { name: "base" },
    { name: "top", meta: { dependsOn: ["fake:base" as never] } },
    { name: "other" },
  ]);
  await bench.clock.advance(2_000);
  bench.fakes.trouble.set("apply:base", "fail");
  bench.fakes.tamper("base", "bad");
  await bench.clock.advance(2_000);
  const top = bench.statusOf("top");
  assert.equal(top.type === "Blocked" && top.by, "fake:base");
  assert.equal(bench.statusOf("other").type, "Ready");
  bench.stop();
});

test("promise 13: an observe that fails is unknown, retried, and never applied to", async () => {
  const bench = new Bench({ fakes: { canSnapshot: false } });
  bench.fakes.values.set("a", "bad");
  bench.fakes.trouble.set("observe:a", "unknown");
  await bench.serve([{ name: "a" }]);
  assert.equal(bench.statusOf("a").type, "Unknown");
  assert.equal(bench.count("apply", "a"), 0);
  bench.fakes.trouble.clear();
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.fakes.values.get("a"), "good");
  bench.stop();
});

test("D3: a retry passes the window and the limiter", async () => {
  const bench = new Bench({
    engine: { limitPerSecond: 0.000_1, limitBurst: 1, retryBaseMs: 100, coalesceMs: 10_000 },
  });
  bench.fakes.trouble.set("apply:a", "fail");
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(1_000);
  assert.equal(bench.count("apply", "a"), 3, "within one window and with one token");
  bench.stop();
});

test("a fault that waits for a person is not retried, and drift in the loop is still noticed", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:a", "fail-for-good");
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(30 * MINUTE_MS);
  assert.equal(bench.count("apply", "a"), 1);
  bench.fakes.trouble.clear();
  bench.fakes.tamper("a", "moved");
  await bench.clock.advance(1_000);
  assert.equal(bench.fakes.values.get("a"), "good");
  bench.stop();
});

test("D15, promise 12: work that hangs is aborted at its deadline, retried, and others go on", async () => {
  const bench = new Bench({ engine: { resourceTimeoutMs: 1_000 } });
  bench.fakes.trouble.set("apply:sick", "hang");
  await bench.serve([{ name: "sick" }, { name: "well" }]);
  assert.equal(bench.statusOf("sick").type, "Failed");
  bench.fakes.tamper("well", "bad");
  await bench.clock.advance(1_000);
  assert.equal(bench.fakes.values.get("well"), "good");
  bench.fakes.trouble.clear();
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.statusOf("sick").type, "Ready");
  bench.stop();
});

test("promise 10: work that will not let go keeps its lane until it ends, and then goes on", async () => {
  const bench = new Bench({ engine: { resourceTimeoutMs: 1_000 } });
  bench.fakes.trouble.set("apply:sick", "hang-for-ever");
  await bench.serve([
    { name: "sick", lane: "shared" },
    { name: "next", lane: "shared" },
  ]);
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.count("apply", "next"), 0, "two writers never meet");
  bench.fakes.trouble.clear();
  bench.fakes.letGo();
  await bench.clock.advance(10 * MINUTE_MS);
  assert.equal(bench.fakes.values.get("next"), "good");
  assert.equal(bench.fakes.values.get("sick"), "good");
  bench.stop();
});

test("a resource whose dependency drifted without a hint waits for it instead of failing", async () => {
  const bench = new Bench();
  await bench.serve([
    { name: "directory" },
    { name: "file", meta: { dependsOn: ["fake:directory" as never] } },
  ]);
  await bench.clock.advance(2_000);
  bench.fakes.tamperUnnoticed("directory", undefined);
  bench.fakes.trouble.set("apply:file", "fail");
  bench.fakes.onApply = (name) => {
    if (name === "directory") bench.fakes.trouble.clear();
  };
  bench.fakes.tamper("file", undefined);
  await bench.clock.advance(2_000);
  const results = bench.resultsOf("file").slice(1);
  assert.deepEqual(
    results.map(({ status, blockedBy }) => [status, blockedBy]),
    [
      ["skipped", "fake:directory"],
      ["changed", undefined],
    ],
  );
  bench.stop();
});

test("a dependency that turns out to be in sync sets free what waited for it", async () => {
  const bench = new Bench();
  await bench.serve([
    { name: "directory" },
    { name: "file", meta: { dependsOn: ["fake:directory" as never] } },
  ]);
  await bench.clock.advance(2_000);
  bench.fakes.trouble.set("apply:file", "fail");
  bench.fakes.tamperUnnoticed("directory", "bad");
  bench.fakes.tamper("file", "bad");
  await bench.clock.settle();
  assert.equal(bench.statusOf("file").type, "Blocked");
  bench.fakes.trouble.clear();
  bench.fakes.tamperUnnoticed("directory", "good");
  bench.fakes.tamper("file", "bad");
  await bench.clock.advance(5_000);
  assert.equal(bench.fakes.values.get("file"), "good");
  bench.stop();
});

test("D6: after a success the next failure is the first again", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:a", "fail");
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(4 * MINUTE_MS);
  bench.fakes.trouble.clear();
  await bench.clock.advance(6 * MINUTE_MS);
  assert.equal(bench.statusOf("a").type, "Ready");
  bench.fakes.trouble.set("apply:a", "fail");
  bench.fakes.tamper("a", "bad");
  const before = bench.count("apply", "a");
  await bench.clock.advance(20_000);
  assert.equal(bench.count("apply", "a") - before, 3, "at full rate");
  bench.stop();
});

test("a status keeps since when it is so, however often it is observed", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(2_000);
  const { sinceMs } = bench.statusOf("a");
  bench.fakes.hint("a", "touched");
  await bench.clock.advance(2_000);
  assert.equal(bench.statusOf("a").sinceMs, sinceMs);
  bench.fakes.trouble.set("apply:a", "fail");
  bench.fakes.tamper("a", "bad");
  await bench.clock.settle();
  assert.equal(bench.statusOf("a").type, "Failed");
  assert.ok(bench.statusOf("a").sinceMs > sinceMs);
  bench.stop();
});

test("promise 4: a dependent names the root that holds it back now, not the one that did before", async () => {
  const bench = new Bench();
  const after = (name: string) => ({ dependsOn: [bench.id(name)] });
  await bench.serve([
    { name: "root" },
    { name: "between", meta: after("root") },
    { name: "top", meta: after("between") },
  ]);
  await bench.clock.advance(2_000);
  bench.fakes.trouble.set("apply:root", "fail");
  bench.fakes.tamper("root", "bad");
  await bench.clock.advance(2_000);
  assert.deepEqual(bench.statusOf("top"), { ...bench.statusOf("top"), by: bench.id("root") });
  bench.fakes.trouble.set("observe:between", "fail");
  bench.fakes.trouble.delete("apply:root");
  await bench.clock.advance(10_000);
  assert.equal(bench.statusOf("root").type, "Ready");
  assert.equal(bench.statusOf("between").type, "Unknown");
  assert.deepEqual(bench.statusOf("top"), { ...bench.statusOf("top"), by: bench.id("between") });
  bench.stop();
});
