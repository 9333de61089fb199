import assert from "node:assert/strict";
import { test } from "node:test";
import { change } from "@holdfast/core";
import fc from "fast-check";
import { Bench, type DeclaredFake } from "./bench.ts";

/** Longer than any window, jitter included. */
const QUIET_MS = 2_000;
const MINUTE_MS = 60_000;

/** A bench whose fakes are served, in sync, and left alone for a while. */
async function serving(
  fakes: readonly DeclaredFake[],
  options: ConstructorParameters<typeof Bench>[0] = {},
) {
  const bench = new Bench(options);
  const serve = await bench.serve(fakes);
  await bench.clock.advance(QUIET_MS);
  return { bench, ...serve };
}

test("D2: watches are live before the first observation, and the loop begins after the full pass", async () => {
  const bench = new Bench();
  let wasWatched = false;
  const watchFirst = bench.fakes.kind.observe;
  Object.assign(bench.fakes.kind, {
    snapshot: undefined,
    observe: (...args: Parameters<typeof watchFirst>) => {
      wasWatched ||= bench.fakes.isWatched;
      assert.ok(bench.fakes.isWatched, "observed before the watch was live");
      return watchFirst(...args);
    },
  });
  await bench.serve([{ name: "a" }]);
  assert.ok(wasWatched);
  const types = bench.events.map(({ type }) => type);
  assert.ok(types.indexOf("watching") > types.indexOf("result"));
  bench.stop();
});

test("a drift is noticed, repaired at once, and published with its trigger and its duration", async () => {
  const { bench } = await serving([{ name: "a" }]);
  bench.fakes.tamper("a", "bad");
  await bench.clock.settle();
  assert.equal(bench.fakes.values.get("a"), "good");
  const drift = bench.events.find(({ type }) => type === "drift");
  assert.deepEqual(drift, {
    type: "drift",
    id: bench.id("a"),
    trigger: "tampered",
    isFromWatch: true,
    changes: [{ path: "value", from: "bad", to: "good", action: "replace" }],
  });
  const repair = bench.resultsOf("a").at(-1);
  assert.equal(repair?.status, "changed");
  assert.equal(repair?.cause, "drift");
  bench.stop();
});

test("D10: a resource whose author says how often is observed so often, the others as their kind says", async () => {
  const bench = new Bench();
  Object.assign(bench.fakes.kind, {
    snapshot: undefined,
    resyncMsOf: ({ name }: { readonly name: string }) => (name === "often" ? 5_000 : 600_000),
  });
  await bench.serve([{ name: "often" }, { name: "seldom" }]);
  await bench.clock.advance(QUIET_MS);
  const countOf = (name: string): number =>
    bench.fakes.namesOf("observe").filter((each) => each === name).length;
  const before = [countOf("often"), countOf("seldom")];
  await bench.clock.advance(MINUTE_MS);
  assert.ok(countOf("often") - (before[0] ?? 0) >= 8);
  assert.equal(countOf("seldom"), before[1]);
  bench.stop();
});

test("promise 1: whatever hints are lost, doubled or late, every drift is repaired within a resync", async () => {
  const anyDrift = fc.record({
    fake: fc.nat({ max: 4 }),
    afterMs: fc.nat({ max: 30_000 }),
    hint: fc.constantFrom("trigger", "lost", "doubled", "out of nowhere"),
    value: fc.option(fc.string({ maxLength: 3 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyDrift, { maxLength: 12 }), fc.nat(), async (drifts, seed) => {
      const names = ["c0", "c1", "c2", "c3", "c4"];
      const fakes = names.map((name) => ({ name }));
      const { bench } = await serving(fakes, { seed });
      for (const { fake, afterMs, hint, value } of drifts) {
        await bench.clock.advance(afterMs);
        const name = names[fake] ?? "c0";
        if (hint !== "out of nowhere") bench.fakes.tamperUnnoticed(name, value);
        if (hint !== "lost") bench.fakes.hint(name, "tampered");
        if (hint === "doubled") bench.fakes.hint(name, "tampered");
      }
      await bench.clock.advance(12 * MINUTE_MS);
      for (const name of names) assert.equal(bench.fakes.values.get(name), "good", name);
      bench.stop();
    }),
    { numRuns: 40 },
  );
});

test("D10: an overflow observes everything at once", async () => {
  const { bench } = await serving([{ name: "a" }, { name: "b" }]);
  bench.fakes.tamperUnnoticed("a", "bad");
  bench.fakes.tamperUnnoticed("b", "bad");
  bench.fakes.overflow();
  await bench.clock.settle();
  assert.deepEqual([...bench.fakes.values.values()], ["good", "good"]);
  bench.stop();
});

test("D1: a resource without a watch is polled every 30 s, give or take the jitter", async () => {
  const { bench } = await serving([{ name: "a" }], { fakes: { canWatch: false } });
  assert.deepEqual(
    bench.events.find(({ type }) => type === "watching"),
    { type: "watching", resources: 1, watched: 0, polled: 1 },
  );
  bench.fakes.tamperUnnoticed("a", "bad");
  await bench.clock.advance(33_000);
  assert.equal(bench.fakes.values.get("a"), "good");
  bench.stop();
});

test("D4: a burst is one run at once and one at the end of its window; a constant stream one per window", async () => {
  const { bench } = await serving([{ name: "a" }, { name: "b" }]);
  const before = bench.count("observe", "a");
  const elsewhere = bench.count("observe", "b");
  for (let at = 0; at < 20; at++) {
    bench.fakes.hint("a", "changed");
    await bench.clock.advance(20);
  }
  assert.equal(bench.count("observe", "a") - before, 1, "the first at once");
  await bench.clock.advance(QUIET_MS);
  assert.equal(bench.count("observe", "a") - before, 2, "the rest in one");
  assert.equal(bench.count("observe", "b"), elsewhere, "no other resource is observed");

  const start = bench.count("observe", "a");
  for (let at = 0; at < 100; at++) {
    bench.fakes.hint("a", "changed");
    await bench.clock.advance(50);
  }
  const runs = bench.count("observe", "a") - start;
  assert.ok(runs >= 9 && runs <= 11, `${runs} runs in 5 s of constant hints`);
  bench.stop();
});

test("D4: different ids never merge", async () => {
  const { bench } = await serving([{ name: "a" }, { name: "b" }]);
  bench.fakes.tamper("a", "bad");
  bench.fakes.tamper("b", "bad");
  await bench.clock.settle();
  assert.deepEqual([...bench.fakes.values.values()], ["good", "good"]);
  bench.stop();
});

test("D5: a flapping resource is limited alone; observing costs it nothing", async () => {
  const { bench } = await serving([{ name: "wild" }, { name: "calm" }], {
    engine: { coalesceMs: 1, limitPerSecond: 0.1, limitBurst: 2 },
  });
  const applies = (name: string): number => bench.count("apply", name);
  const first = applies("wild");
  for (let at = 0; at < 5; at++) {
    bench.fakes.tamper("wild", "bad");
    await bench.clock.advance(50);
  }
  assert.ok(applies("wild") - first <= 2, "the burst, and no more");
  assert.equal(bench.statusOf("wild").type, "Waiting");
  bench.fakes.tamper("calm", "bad");
  await bench.clock.settle();
  assert.equal(bench.fakes.values.get("calm"), "good", "the calm one is not delayed");
  await bench.clock.advance(10_500);
  assert.equal(bench.fakes.values.get("wild"), "good", "what was deferred is done");
  bench.stop();

  const observing = await serving([{ name: "a" }], {
    engine: { coalesceMs: 1, limitPerSecond: 0.001, limitBurst: 2 },
  });
  for (let at = 0; at < 50; at++) {
    observing.bench.fakes.hint("a", "touched");
    await observing.bench.clock.advance(10);
  }
  observing.bench.fakes.tamper("a", "bad");
  await observing.bench.clock.advance(10);
  assert.equal(observing.bench.fakes.values.get("a"), "good", "fifty observations spent no token");
  observing.bench.stop();
});

test("D8: a change hints direct dependents; an observation without a change hints none", async () => {
  const { bench } = await serving([
    { name: "base" },
    { name: "top", meta: { dependsOn: ["fake:base" as never] } },
  ]);
  const before = bench.count("observe", "top");
  bench.fakes.hint("base", "touched");
  await bench.clock.advance(QUIET_MS);
  assert.equal(bench.count("observe", "top"), before);
  bench.fakes.tamper("base", "bad");
  await bench.clock.advance(QUIET_MS);
  assert.equal(bench.count("observe", "top"), before + 1);
  bench.stop();
});

test("D5, promise 8: our own writes are not news", async () => {
  const { bench } = await serving([{ name: "a" }]);
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(5 * MINUTE_MS);
  assert.equal(bench.count("apply", "a"), 2, "the first apply and one repair");
  const published = bench.events.filter(({ type }) => type === "drift");
  assert.equal(published.length, 1);
  bench.stop();
});

test("D7: a resource that was never observed is pending", async () => {
  const bench = new Bench();
  await bench.load([{ name: "a" }]);
  assert.equal(bench.statusOf("a").type, "Pending");
  assert.equal(bench.statusOf("a").observedGeneration, undefined);
});

test("D16: three repairs within ten minutes are flapping; repairs go on, and it recovers", async () => {
  const { bench } = await serving([{ name: "a" }]);
  for (let at = 0; at < 4; at++) {
    bench.fakes.tamper("a", "bad");
    await bench.clock.advance(MINUTE_MS);
    assert.equal(bench.fakes.values.get("a"), "good");
    assert.equal(bench.statusOf("a").isFlapping, at >= 2 ? true : undefined, `repair ${at + 1}`);
  }
  const degraded = bench.events.filter(({ type }) => type === "degraded");
  assert.equal(degraded.length, 1, "published once");
  await bench.clock.advance(25 * MINUTE_MS);
  assert.equal(bench.statusOf("a").isFlapping, undefined);
  assert.ok(bench.events.some(({ type }) => type === "recovered"));
  bench.stop();
});

test("D16: what is refreshed again and again does not flap; a refresh and a new intent repair nothing", async () => {
  const changing = (value: string): readonly DeclaredFake[] => [
    { name: "a", value, meta: { notify: ["fake:b" as never] } },
    { name: "b" },
  ];
  const { bench } = await serving(changing("good"));
  for (let at = 0; at < 4; at++) {
    await bench.load(changing(`version ${at}`), at + 2);
    await bench.clock.advance(MINUTE_MS);
  }
  const refreshes = bench.resultsOf("b").filter(({ status }) => status === "changed");
  assert.ok(refreshes.length >= 4, `${refreshes.length} refreshes`);
  assert.ok(refreshes.every(({ cause }) => cause === "intent"));
  assert.equal(bench.statusOf("b").isFlapping, undefined);
  assert.equal(bench.statusOf("a").isFlapping, undefined);
  bench.stop();
});

test("D16: a source that says something else is a new intent: no drift, and it does not flap", async () => {
  const bench = new Bench();
  let wanted = "good";
  Object.assign(bench.fakes.kind, {
    intentOf: () => wanted,
    diff: (_spec: unknown, observed: unknown) =>
      observed === wanted ? [] : [change("value", String(observed), wanted)],
    apply: async () => void bench.fakes.values.set("a", wanted),
  });
  await bench.serve([{ name: "a" }]);
  for (let at = 0; at < 4; at++) {
    wanted = `version ${at}`;
    bench.fakes.tamper("a", "as before");
    await bench.clock.advance(MINUTE_MS);
  }
  assert.equal(bench.fakes.values.get("a"), "version 3");
  assert.deepEqual([...new Set(bench.resultsOf("a").map(({ cause }) => cause))], ["intent"]);
  assert.equal(bench.statusOf("a").isFlapping, undefined);
  assert.ok(bench.events.every(({ type }) => type !== "drift"));
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.resultsOf("a").at(-1)?.cause, "drift");
  bench.stop();
});

test("D16: results distinguish a new intent from drift", async () => {
  const { bench } = await serving([{ name: "a" }]);
  assert.equal(bench.resultsOf("a")[0]?.cause, "intent");
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(QUIET_MS);
  assert.equal(bench.resultsOf("a").at(-1)?.cause, "drift");
  await bench.load([{ name: "a", value: "better" }], 2);
  await bench.clock.advance(QUIET_MS);
  assert.equal(bench.resultsOf("a").at(-1)?.cause, "intent");

  const after = new Bench({ ledger: bench.ledger });
  after.fakes.values.set("a", "bad");
  const [result] = (await after.converge([{ name: "a", value: "better" }])).values();
  assert.equal(result?.cause, "drift", "the ledger remembers what was last applied");
  bench.stop();
});

test("D17: detect mode goes on reporting in the loop and never applies", async () => {
  const bench = new Bench({ mode: "detect" });
  bench.fakes.values.set("a", "good");
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(QUIET_MS);
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(15 * MINUTE_MS);
  assert.equal(bench.statusOf("a").type, "Drifted");
  assert.equal(bench.fakes.values.get("a"), "bad");
  assert.equal(bench.ledger.intents.length, 0);
  assert.equal(bench.events.filter(({ type }) => type === "drift").length, 1, "published once");
  bench.stop();
});

test("noop holds in the loop too", async () => {
  const { bench } = await serving([{ name: "a", meta: { noop: true } }]);
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(15 * MINUTE_MS);
  assert.equal(bench.fakes.values.get("a"), "bad");
  bench.stop();
});

test("design §8: a repair begins a new stretch of Ready; an observation in sync, or another failure, does not", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }]);
  const since = () => bench.statusOf("a").sinceMs;
  const first = since();
  await bench.clock.advance(3_600_000);
  assert.equal(since(), first);
  bench.fakes.tamper("a", "bad");
  await bench.clock.settle();
  assert.equal(since(), bench.clock.monotonicMs());
  bench.fakes.trouble.set("apply:a", "fail");
  await bench.clock.advance(1_000);
  bench.fakes.tamper("a", "bad");
  await bench.clock.settle();
  const failed = since();
  await bench.clock.advance(3_600_000);
  assert.equal(bench.statusOf("a").type, "Failed");
  assert.equal(since(), failed);
  bench.stop();
});
