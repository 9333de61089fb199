import assert from "node:assert/strict";
import { test } from "node:test";
import { Bench } from "./bench.ts";

const MINUTE_MS = 60_000;

test("D14: a stop in the first pass starts nothing more, and what runs ends", async () => {
  const bench = new Bench({
    engine: { parallel: 1 },
    takesMs: (verb) => (verb === "apply" ? 1_000 : 0),
  });
  await bench.load([{ name: "first" }, { name: "second" }]);
  const served = bench.engine.serve({}, bench.signal);
  await bench.clock.runUntil(() => bench.count("apply", "first") === 1, MINUTE_MS);
  bench.stop();
  const report = await bench.clock.finish(served, MINUTE_MS);
  assert.equal(bench.fakes.values.get("first"), "good", "not cut off");
  assert.equal(bench.count("apply", "second"), 0);
  assert.deepEqual(
    report.results.map(({ status }) => status),
    ["changed", "skipped"],
  );
  assert.equal(bench.fakes.isWatched, false, "the watches are closed");
  assert.equal(bench.clock.pending, 0, "no timer is left");
});

test("D14: work that does not end within the grace is aborted, and work that does not let go is left behind", async () => {
  for (const trouble of ["hang", "hang-for-ever"] as const) {
    const bench = new Bench({ engine: { graceMs: 10_000 } });
    bench.fakes.trouble.set("apply:a", trouble);
    await bench.load([{ name: "a" }]);
    const served = bench.engine.serve({}, bench.signal);
    await bench.clock.settle();
    const askedAtMs = bench.clock.monotonicMs();
    bench.stop();
    await bench.clock.finish(served, MINUTE_MS);
    const waitedMs = bench.clock.monotonicMs() - askedAtMs;
    assert.equal(waitedMs, trouble === "hang" ? 10_000 : 20_000, trouble);
    assert.equal(
      bench.ledger.inFlight().length,
      trouble === "hang" ? 0 : 1,
      "found by the next start",
    );
  }
});

test("D14: a ledger that does not answer holds up a stop no longer than work does", async () => {
  const bench = new Bench({ engine: { graceMs: 10_000 } });
  Object.assign(bench.ledger, { begin: () => new Promise(() => {}) });
  await bench.load([{ name: "a" }]);
  const served = bench.engine.serve({}, bench.signal);
  await bench.clock.settle();
  const askedAtMs = bench.clock.monotonicMs();
  bench.stop();
  await bench.clock.finish(served, MINUTE_MS);
  assert.equal(bench.clock.monotonicMs() - askedAtMs, 21_000);
});

test("D14: a second signal ends the grace at once, and what does not let go then is left behind", async () => {
  for (const trouble of ["hang", "hang-for-ever"] as const) {
    const hurry = new AbortController();
    const bench = new Bench({ graceEnds: hurry.signal });
    bench.fakes.trouble.set("apply:a", trouble);
    await bench.load([{ name: "a" }]);
    const served = bench.engine.serve({}, bench.signal);
    await bench.clock.settle();
    bench.stop();
    await bench.clock.advance(1_000);
    const askedAtMs = bench.clock.monotonicMs();
    hurry.abort();
    await bench.clock.finish(served, MINUTE_MS);
    const waitedMs = bench.clock.monotonicMs() - askedAtMs;
    assert.equal(waitedMs, trouble === "hang" ? 0 : 10_000, trouble);
    assert.equal(bench.clock.pending, 0, "no timer is left");
  }
});

test("D14, promise 10: a stop whose grace had ended before it began waits for nothing", async () => {
  const hurry = new AbortController();
  const bench = new Bench({ graceEnds: hurry.signal });
  bench.fakes.trouble.set("apply:a", "hang");
  await bench.load([{ name: "a" }]);
  const served = bench.engine.serve({}, bench.signal);
  await bench.clock.settle();
  hurry.abort();
  await bench.clock.advance(1_000);
  assert.equal(bench.statusOf("a").type, "Reconciling", "no stop was asked for yet");
  const askedAtMs = bench.clock.monotonicMs();
  bench.stop();
  await bench.clock.finish(served, MINUTE_MS);
  assert.equal(bench.clock.monotonicMs(), askedAtMs);
});

test("D14: a stop in the loop ends at once when nothing runs, and says so", async () => {
  const bench = new Bench();
  const { served } = await bench.serve([{ name: "a" }]);
  bench.stop();
  const report = await bench.clock.finish(served, 1_000);
  assert.equal(report.summary.changed, 1);
  assert.deepEqual(bench.events.at(-1)?.type, "stopped");
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.fakes.values.get("a"), "bad", "nothing is done after the end");
});

test("a stop asked for before the start does nothing at all", async () => {
  const bench = new Bench();
  bench.stop();
  const results = await bench.converge([{ name: "a" }]);
  assert.equal(results.get("a")?.status, "skipped");
  assert.equal(bench.count("observe", "a") + bench.count("snapshot", "1"), 0);
});

test("D12: the timeout runs from the start of the loop, afresh after each change", async () => {
  const bench = new Bench();
  const { served } = await bench.serve([{ name: "a" }], 10_000);
  const beganMs = bench.clock.monotonicMs();
  await bench.clock.advance(6_000);
  bench.fakes.tamper("a", "bad");
  await bench.clock.settle();
  const changedMs = bench.clock.monotonicMs();
  await bench.clock.finish(served, MINUTE_MS);
  assert.equal(bench.clock.monotonicMs() - changedMs, 10_000);
  assert.equal(changedMs - beganMs, 6_000);
});

test("D12: it does not run out while something is retried or waits for its turn", async () => {
  const failing = new Bench();
  failing.fakes.trouble.set("apply:a", "fail");
  const { served } = await failing.serve([{ name: "a" }], 3_000);
  await failing.clock.advance(10_000);
  failing.fakes.trouble.clear();
  const report = await failing.clock.finish(served, 10 * MINUTE_MS);
  assert.equal(report.summary.changed, 1, "the retry was waited for");

  const limited = new Bench({ engine: { limitPerSecond: 0.05, limitBurst: 1, coalesceMs: 1 } });
  const running = await limited.serve([{ name: "a" }], 3_000);
  limited.fakes.tamper("a", "bad");
  await limited.clock.finish(running.served, 10 * MINUTE_MS);
  assert.equal(limited.fakes.values.get("a"), "good", "the turn was waited for");
});

test("D12: a resource that is beyond its attempts does not hold the timeout, and the report says so", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:a", "fail");
  const { served } = await bench.serve([{ name: "a" }, { name: "b" }], 3_000);
  const report = await bench.clock.finish(served, 10 * MINUTE_MS);
  assert.equal(report.summary.failed, 1);
  assert.equal(report.summary.changed, 1);
});

test("D12: a timeout of 0 runs for ever", async () => {
  const bench = new Bench();
  const { isOver } = await bench.serve([{ name: "a" }], 0);
  await bench.clock.advance(24 * 60 * MINUTE_MS);
  assert.equal(isOver(), false);
  bench.stop();
});

test("D13: the loop is announced with how many resources it watches and polls", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }, { name: "b" }]);
  assert.deepEqual(
    bench.events.find(({ type }) => type === "watching"),
    { type: "watching", resources: 2, watched: 2, polled: 0 },
  );
  bench.stop();
});

test("D14: a resource in line when a stop is asked for is not even observed", async () => {
  const bench = new Bench({
    engine: { parallel: 1 },
    takesMs: (verb) => (verb === "observe" ? 100 : 0),
    fakes: { canSnapshot: false },
  });
  await bench.serve(["a", "b", "c", "d"].map((name) => ({ name })));
  await bench.clock.advance(5_000);
  bench.engine.hintAll("operator");
  await bench.clock.advance(150);
  const before = bench.fakes.namesOf("observe").length;
  bench.stop();
  await bench.clock.advance(5_000);
  assert.equal(bench.fakes.namesOf("observe").length, before);
});

test("D12, D14: a stop asked for when the timeout has ended the loop changes nothing any more", async () => {
  const bench = new Bench();
  const { served } = await bench.serve([{ name: "a" }], 1_000);
  const report = await bench.clock.finish(served, 10_000);
  const events = bench.events.length;
  bench.stop();
  assert.equal(bench.clock.pending, 0, "no grace is counted");
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.events.length, events);
  assert.equal(report.summary.changed, 1);
});

test("D14, G4: when the grace is over, nothing of a batch that was cut off is begun one by one", async () => {
  const bench = new Bench({ fakes: { canGroup: true }, engine: { graceMs: 10_000 } });
  bench.fakes.trouble.set("batch:a+b", "hang");
  await bench.load(["a", "b"].map((name) => ({ name, lane: "one", group: "all" })));
  const served = bench.engine.serve({}, bench.signal);
  await bench.clock.settle();
  bench.stop();
  const report = await bench.clock.finish(served, MINUTE_MS);
  assert.deepEqual(bench.fakes.namesOf("apply"), []);
  assert.deepEqual(
    report.results.map(({ status, fault }) => `${status} ${fault?.reason}`),
    ["failed Aborted", "failed Aborted"],
  );
});
