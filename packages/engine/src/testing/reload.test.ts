import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bench } from "./bench.ts";

const MINUTE_MS = 60_000;

test("D18: a new manifest makes what is new, keeps what is unchanged, and forgets what left", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "stays" }, { name: "leaves" }]);
  await bench.clock.advance(2_000);
  await bench.load([{ name: "stays" }, { name: "comes" }], 2);
  await bench.clock.advance(2_000);
  assert.equal(bench.fakes.values.get("comes"), "good");
  assert.equal(bench.count("apply", "stays"), 1, "what is in sync is left alone");
  assert.equal(bench.engine.status(bench.id("leaves")), undefined);
  assert.equal(bench.fakes.values.get("leaves"), "good", "leaving the manifest is no removal");
  bench.fakes.tamper("leaves", "bad");
  bench.fakes.tamper("comes", "bad");
  await bench.clock.advance(2_000);
  assert.equal(bench.fakes.values.get("leaves"), "bad");
  assert.equal(bench.fakes.values.get("comes"), "good", "the new one is watched");
  assert.equal(bench.statusOf("stays").observedGeneration, 2);
  bench.stop();
});

test("D18: a watch is not opened again for members that change, and hints them as they are now", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }, { name: "b" }]);
  const opened = bench.fakes.watchesOpened;
  await bench.load([{ name: "a" }, { name: "b" }], 2);
  await bench.clock.advance(2_000);
  await bench.load([{ name: "c" }, { name: "b", value: "better" }], 3);
  await bench.clock.advance(2_000);
  assert.equal(bench.fakes.watchesOpened, opened);
  assert.equal(bench.fakes.values.get("b"), "better");
  for (const name of ["b", "c"]) bench.fakes.tamper(name, "bad");
  await bench.clock.advance(2_000);
  assert.deepEqual(
    ["b", "c"].map((name) => bench.fakes.values.get(name)),
    ["better", "good"],
  );
  bench.stop();
});

test("D18: the limit of an unchanged resource goes on counting", async () => {
  const bench = new Bench({ engine: { limitPerSecond: 0.001, limitBurst: 2, coalesceMs: 1 } });
  await bench.serve([{ name: "a" }]);
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(10);
  await bench.load([{ name: "a" }], 2);
  await bench.clock.advance(10);
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(10);
  assert.equal(bench.statusOf("a").type, "Waiting", "two tokens, both spent");
  bench.stop();
});

test("promise 14: a new generation lets a running apply finish under the old declaration, then acts on the new one", async () => {
  const bench = new Bench({ takesMs: (verb) => (verb === "apply" ? 5_000 : 0) });
  await bench.serve([{ name: "a" }, { name: "b" }]);
  await bench.clock.advance(2_000);
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(1_000);
  assert.equal(bench.statusOf("a").type, "Reconciling");
  await bench.load([{ name: "a", value: "better" }, { name: "b" }], 2);
  await bench.clock.advance(MINUTE_MS);
  const results = bench.resultsOf("a").slice(1);
  assert.deepEqual(
    results.map(({ status, cause }) => `${status} ${cause}`),
    ["changed drift", "changed intent"],
    "no failure in between",
  );
  assert.equal(bench.fakes.values.get("a"), "better");
  assert.equal(bench.statusOf("a").observedGeneration, 2);
  bench.stop();
});

test("promise 14: a resource that leaves during its own apply is left to finish and then forgotten", async () => {
  const bench = new Bench({ takesMs: (verb) => (verb === "apply" ? 5_000 : 0) });
  await bench.serve([{ name: "a" }, { name: "b" }]);
  await bench.clock.advance(2_000);
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(1_000);
  await bench.load([{ name: "b" }], 2);
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.fakes.values.get("a"), "good");
  assert.equal(bench.ledger.inFlight().length, 0);
  bench.stop();
});

test("D18: edges are those of the new manifest", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }, { name: "b" }]);
  await bench.clock.advance(2_000);
  await bench.load([{ name: "a" }, { name: "b", meta: { dependsOn: ["fake:a" as never] } }], 2);
  await bench.clock.advance(2_000);
  bench.fakes.trouble.set("apply:a", "fail");
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(1_000);
  assert.equal(bench.statusOf("b").type, "Blocked");
  bench.stop();
});

test("promise 14: work that had not begun when its resource left, or changed, is not begun", async () => {
  const bench = new Bench({ takesMs: (verb) => (verb === "observe" ? 1_000 : 0) });
  await bench.serve([{ name: "leaves" }, { name: "changes" }, { name: "stays" }]);
  await bench.clock.advance(10_000);
  for (const name of ["leaves", "changes"]) bench.fakes.tamper(name, "bad");
  await bench.clock.advance(500);
  await bench.load([{ name: "changes", value: "better" }, { name: "stays" }], 2);
  await bench.clock.advance(10_000);
  assert.equal(bench.count("apply", "leaves"), 1, "only when it was declared");
  assert.equal(bench.fakes.values.get("leaves"), "bad");
  assert.deepEqual(
    bench.resultsOf("changes").map(({ status, cause }) => `${status} ${cause}`),
    ["changed intent", "changed intent"],
    "the old content is never written again",
  );
  assert.equal(bench.fakes.values.get("changes"), "better");
  bench.stop();
});

test("D18: other content under the same generation is taken at once", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }, { name: "b" }]);
  await bench.clock.advance(2_000);
  await bench.load([{ name: "a", value: "better" }, { name: "b" }], 1);
  await bench.clock.advance(2_000);
  assert.equal(bench.fakes.values.get("a"), "better");
  bench.stop();
});

test("promise 14: a resource that became noop during its apply is not refreshed under the old manifest", async () => {
  const bench = new Bench({
    takesMs: (verb, name) => (verb === "apply" && name === "target" ? 1_000 : 0),
  });
  const notify = { notify: [bench.id("target")] };
  await bench.serve([{ name: "source", meta: notify }, { name: "target" }]);
  await bench.clock.advance(5_000);
  const refreshes = bench.count("refresh", "target");
  bench.fakes.tamper("target", "bad");
  bench.fakes.tamper("source", "bad");
  await bench.clock.advance(500);
  assert.equal(bench.statusOf("target").type, "Reconciling");
  const noop = { noop: true };
  await bench.load(
    [
      { name: "source", meta: notify },
      { name: "target", meta: noop },
    ],
    2,
  );
  await bench.clock.advance(5_000);
  assert.equal(bench.count("refresh", "target"), refreshes);
  bench.stop();
});

test("D18: the very same graph under a new generation is no new work", async () => {
  const bench = new Bench();
  bench.fakes.values.set("a", "good");
  const graph = bench.graph([{ name: "a" }]);
  for (const generation of [1, 2]) await bench.engine.load({ graph, generation });
  const report = await bench.clock.finish(bench.engine.converge(bench.signal));
  assert.equal(report.summary.ok, 1);
  assert.equal(bench.statusOf("a").observedGeneration, 2);
});

test("of a resource that is not declared nothing is known, and it cannot be asked for", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }]);
  assert.equal(bench.engine.hint(bench.id("nobody"), "operator"), false);
  assert.equal(bench.engine.status(bench.id("nobody")), undefined);
  assert.equal(bench.engine.hint(bench.id("a"), "operator"), true);
  bench.stop();
});

test("D5, D6: a wait for a limit that another manifest took away does not make a retry come too soon", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a", meta: { limit: { perSecond: 0.1, burst: 1 } } }]);
  await bench.clock.advance(2_000);
  bench.fakes.tamperUnnoticed("a", "bad");
  bench.engine.hint(bench.id("a"), "operator");
  await bench.clock.settle();
  assert.equal(bench.statusOf("a").type, "Waiting");
  bench.fakes.trouble.set("apply:a", "fail");
  await bench.clock.advance(4_500);
  await bench.load([{ name: "a", value: "better" }], 2);
  await bench.clock.settle();
  assert.equal(bench.statusOf("a").type, "Failed");
  const tried = bench.count("apply", "a");
  // The limit would have let it go after 10 s; the first retry comes 5 s after the failure.
  await bench.clock.advance(4_400);
  assert.equal(bench.count("apply", "a"), tried);
  await bench.clock.advance(1_200);
  assert.equal(bench.count("apply", "a"), tried + 1);
  bench.stop();
});

test("§6.1, D18: under a new generation only what changed, is not watched or not in sync is observed; all have its verdict", async () => {
  const bench = new Bench();
  const behind = { name: "behind", meta: { dependsOn: [bench.id("same")] } };
  await bench.serve([
    { name: "same" },
    { name: "changes" },
    { name: "failing" },
    { name: "leaves" },
  ]);
  bench.fakes.trouble.set("apply:failing", "fail");
  bench.fakes.tamper("failing", "bad");
  await bench.clock.advance(2_000);
  const before = ["same", "changes", "failing"].map((name) => bench.count("observe", name));
  await bench.load(
    [{ name: "same" }, { name: "changes", value: "better" }, { name: "failing" }, behind],
    2,
  );
  await bench.clock.advance(2_000);
  const observed = ["same", "changes", "failing"].map(
    (name, at) => bench.count("observe", name) > (before[at] ?? 0),
  );
  assert.deepEqual(observed, [false, true, true]);
  for (const name of ["same", "changes", "failing", "behind"]) {
    assert.equal(bench.statusOf(name).observedGeneration, 2, name);
  }
  assert.equal(bench.fakes.values.get("changes"), "better");
  bench.stop();
});

test("F2, D18: whatever is under way when generations come, observedGeneration never goes back and becomes the newest", async () => {
  const names = ["a", "b"];
  const anyStep = fc.record({
    observed: fc.constantFrom(undefined, ...names),
    thenMs: fc.nat(900),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 8 }), async (steps) => {
      const bench = new Bench({ takesMs: (verb) => (verb === "observe" ? 1_000 : 0) });
      const fakes = names.map((name) => ({ name }));
      await bench.serve(fakes);
      await bench.clock.advance(MINUTE_MS);
      let generation = 1;
      const reached = new Map<string, number>();
      for (const { observed, thenMs } of [...steps, { observed: undefined, thenMs: 5_000 }]) {
        if (observed === undefined) await bench.load(fakes, ++generation);
        else bench.engine.hint(bench.id(observed), "operator");
        await bench.clock.advance(thenMs);
        for (const name of names) {
          const { observedGeneration = 0 } = bench.statusOf(name);
          assert.ok(observedGeneration >= (reached.get(name) ?? 0), `${name} went back`);
          reached.set(name, observedGeneration);
        }
      }
      assert.deepEqual([...reached.values()], [generation, generation]);
      bench.stop();
    }),
    { numRuns: 30 },
  );
});

test("D18: a run that a new generation overtakes is followed by one under the new generation", async () => {
  const bench = new Bench({ takesMs: (verb) => (verb === "observe" ? 1_000 : 0) });
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(MINUTE_MS);
  bench.engine.hint(bench.id("a"), "operator");
  await bench.clock.advance(500);
  await bench.load([{ name: "a" }], 2);
  assert.equal(bench.statusOf("a").observedGeneration, 1, "nothing is known under the new one");
  await bench.clock.advance(5_000);
  assert.equal(bench.statusOf("a").observedGeneration, 2);
  bench.stop();
});

test("§6.4: a new dependent of a failing resource is blocked, although nothing else of it has changed", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "failing" }, { name: "other" }]);
  bench.fakes.trouble.set("apply:failing", "fail");
  bench.fakes.tamper("failing", "bad");
  await bench.clock.advance(2_000);
  const meta = { dependsOn: [bench.id("failing")] };
  await bench.load([{ name: "failing" }, { name: "other", meta }], 2);
  await bench.clock.advance(2_000);
  assert.equal(bench.statusOf("other").type, "Blocked");
  bench.stop();
});

test("D18: of two desired states that are loaded at once the newer one stays", async () => {
  const bench = new Bench();
  const many = Array.from({ length: 2_000 }, (_, at) => ({ name: `n${at}` }));
  await bench.serve([{ name: "a" }]);
  const older = bench.load([...many, { name: "a", value: "older" }], 2);
  const newer = bench.load([{ name: "a", value: "newer" }], 3);
  await bench.clock.advance(5_000);
  await Promise.all([older, newer]);
  assert.equal(bench.fakes.values.get("a"), "newer");
  assert.equal(bench.statusOf("a").observedGeneration, 3);
  bench.stop();
});
