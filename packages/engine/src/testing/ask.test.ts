import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Report } from "../view/report.ts";
import { Bench, type BenchOptions, type DeclaredFake } from "./bench.ts";

const MINUTE_MS = 60_000;

/** A bench that serves these fakes and has been left alone for a while. */
async function quiet(fakes: readonly DeclaredFake[], options: BenchOptions = {}) {
  const bench = new Bench(options);
  await bench.serve(fakes);
  await bench.clock.advance(MINUTE_MS);
  return bench;
}

function statusesOf({ results }: Report): Record<string, string> {
  return Object.fromEntries(results.map(({ id, status }) => [id, status]));
}

const { signal } = new AbortController();

test("§6.10: a question gets a verdict of each resource, of a run that began after the question", async () => {
  const anyFakes = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(anyFakes, fc.subarray(["a", "b", "c", "d", "e"]), async (names, tampered) => {
      const bench = await quiet(
        names.map((name, at) => ({
          name,
          meta: at === 0 ? {} : { dependsOn: [bench0.id(names[at - 1] ?? "")] },
        })),
        { takesMs: () => 100 },
      );
      const bad = tampered.filter((name) => names.some((one) => one === name));
      for (const name of bad) bench.fakes.tamperUnnoticed(name, "bad");
      const report = await bench.clock.finish(bench.engine.reconcileNow({}, signal));
      const expected = names.map((name) => [
        bench.id(name),
        bad.some((one) => one === name) ? "changed" : "ok",
      ]);
      assert.deepEqual(statusesOf(report), Object.fromEntries(expected));
      assert.equal(report.summary.changed, bad.length);
      for (const name of names) assert.equal(bench.fakes.values.get(name), "good");
      bench.stop();
    }),
    { numRuns: 40 },
  );
});

test("a kind is told whether a person asks, so that it asks others anew", async () => {
  const bench = await quiet([{ name: "a" }]);
  const asked: boolean[] = [];
  bench.fakes.onObserve = (_name, isAsked) => asked.push(isAsked);
  bench.fakes.hint("a", "changed");
  await bench.clock.advance(MINUTE_MS);
  assert.ok(asked.length > 0 && !asked.includes(true));
  asked.length = 0;
  await bench.clock.finish(bench.engine.reconcileNow({}, signal));
  assert.deepEqual(asked, [true]);
  bench.stop();
});

/** Only for its ids. */
const bench0 = new Bench();

test("§6.10: a failure is a verdict, and what it holds back too", async () => {
  const bench = await quiet([{ name: "a" }, { name: "b", meta: { dependsOn: [bench0.id("a")] } }]);
  bench.fakes.trouble.set("apply:a", "fail");
  bench.fakes.tamperUnnoticed("a", "bad");
  const report = await bench.clock.finish(bench.engine.reconcileNow({}, signal));
  assert.deepEqual(statusesOf(report), { "fake:a": "failed", "fake:b": "skipped" });
  bench.stop();
});

test("§6.10: only chosen resources are asked for and reported", async () => {
  const bench = await quiet([{ name: "a" }, { name: "b" }]);
  for (const name of ["a", "b"]) bench.fakes.tamperUnnoticed(name, "bad");
  const ids = new Set([bench.id("b")]);
  const report = await bench.clock.finish(bench.engine.reconcileNow({ ids }, signal));
  assert.deepEqual(statusesOf(report), { "fake:b": "changed" });
  assert.equal(bench.fakes.values.get("a"), "bad");
  const none = await bench.clock.finish(bench.engine.reconcileNow({ ids: new Set() }, signal));
  assert.deepEqual(none.results, []);
  bench.stop();
});

test("D14: an engine that stops, or a client that leaves, does not wait for verdicts", async () => {
  const bench = await quiet([{ name: "a" }], { takesMs: () => 1_000 });
  const leaving = new AbortController();
  const left = bench.engine.reconcileNow({}, leaving.signal);
  leaving.abort();
  assert.deepEqual((await bench.clock.finish(left)).results, []);
  const asked = bench.engine.reconcileNow({}, signal);
  bench.stop();
  assert.deepEqual((await bench.clock.finish(asked)).results, []);
  const late = bench.engine.reconcileNow({}, signal);
  assert.deepEqual((await bench.clock.finish(late)).results, []);
});

test("D18: a resource that leaves the manifest meanwhile is not waited for", async () => {
  const bench = await quiet([{ name: "a" }, { name: "b" }], { takesMs: () => 1_000 });
  const asked = bench.engine.reconcileNow({}, signal);
  await bench.clock.advance(100);
  await bench.load([{ name: "b" }], 2);
  assert.deepEqual(statusesOf(await bench.clock.finish(asked)), { "fake:b": "ok" });
  bench.stop();
});

test("§6.1: a plan of a serving engine observes only what may have changed without a hint, and finds every difference that was hinted", async () => {
  const bench = await quiet([{ name: "a" }, { name: "b" }, { name: "c", meta: { noop: true } }]);
  const observations = () => ["a", "b", "c"].map((name) => bench.count("observe", name));
  const before = observations();
  const calm = await bench.clock.finish(bench.engine.plan(signal));
  assert.deepEqual(
    calm.actions.map(({ id }) => id),
    ["fake:c"],
  );
  assert.deepEqual(
    [observations()[0], observations()[1]],
    before.slice(0, 2),
    "what is in sync is known",
  );
  bench.fakes.trouble.set("apply:a", "fail");
  bench.fakes.tamper("a", "bad");
  await bench.clock.settle();
  const plan = await bench.clock.finish(bench.engine.plan(signal));
  assert.deepEqual(
    plan.actions.map(({ id, verb }) => [id, verb]),
    [
      ["fake:a", "update"],
      ["fake:c", "skip"],
    ],
  );
  assert.equal(plan.summary.inSync, 1);
  bench.stop();
});

test("§6.1: while a watch is down a plan trusts nothing that it would have reported", async () => {
  const bench = await quiet([{ name: "a" }]);
  bench.fakes.breakWatch();
  await bench.clock.settle();
  bench.fakes.tamperUnnoticed("a", "bad");
  const plan = await bench.clock.finish(bench.engine.plan(signal));
  assert.deepEqual(
    plan.actions.map(({ id }) => id),
    ["fake:a"],
  );
  bench.stop();
});

test("§6.10: a change by a reload before the question is reported as its change, and nothing older is", async () => {
  const bench = await quiet([{ name: "a" }, { name: "b" }]);
  bench.fakes.tamper("b", "bad");
  await bench.clock.advance(MINUTE_MS);
  const since = bench.engine.logicalTime();
  await bench.load([{ name: "a", value: "better" }, { name: "b" }], 2);
  await bench.clock.settle();
  assert.equal(bench.fakes.values.get("a"), "better", "the reload has done it already");
  const report = await bench.clock.finish(bench.engine.reconcileNow({ since }, signal));
  assert.deepEqual(statusesOf(report), { "fake:a": "changed", "fake:b": "ok" });
  bench.stop();
});
