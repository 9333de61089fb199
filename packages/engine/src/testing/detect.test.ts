import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResourceId } from "@holdfast/core";
import fc from "fast-check";
import { anyGraph } from "./any-graph.ts";
import { Bench } from "./bench.ts";

test("D17: a resource that a policy names is observed and reported, never applied; the rest is as without it", async () => {
  await fc.assert(
    fc.asyncProperty(anyGraph(), fc.infiniteStream(fc.boolean()), async (fakes, picks) => {
      const detected = fakes.map(({ name }) => name).filter(() => picks.next().value === true);
      const bench = new Bench();
      const results = await bench.converge(fakes, { detected });
      for (const { name } of fakes) {
        const isDetected = detected.includes(name);
        assert.equal(results.get(name)?.status, isDetected ? "noop" : "changed");
        assert.equal(results.get(name)?.reason, isDetected ? "detect only" : undefined);
        assert.equal(bench.fakes.values.get(name), isDetected ? undefined : "good");
      }
      const intended = new Set(bench.ledger.intents.map(({ id }) => id));
      assert.ok(detected.every((name) => !intended.has(bench.id(name))));
    }),
    { numRuns: 60 },
  );
});

test("D17: in the loop it is Drifted, whatever hints it, and its dependents go on", async () => {
  const bench = new Bench();
  const after = { name: "after", meta: { dependsOn: ["fake:seen" as ResourceId] } };
  await bench.serve([{ name: "seen" }, after], undefined, ["seen"]);
  assert.equal(bench.statusOf("seen").type, "Drifted");
  assert.equal(bench.statusOf("after").type, "Ready");
  bench.fakes.tamper("seen", "tampered");
  await bench.clock.advance(1_000);
  bench.engine.hint(bench.id("seen"), "operator");
  await bench.clock.advance(3_600_000);
  assert.equal(bench.statusOf("seen").type, "Drifted");
  assert.equal(bench.fakes.values.get("seen"), "tampered");
  bench.fakes.tamper("seen", "good");
  await bench.clock.advance(1_000);
  assert.equal(bench.statusOf("seen").type, "Ready");
});

test("D17, promise 9: a difference that stays is reported once, and again when it is another", async () => {
  const bench = new Bench();
  const published = () =>
    bench.resultsOf("seen").map(({ changes }) => changes[0]?.from ?? "nothing");
  await bench.serve([{ name: "seen" }], undefined, ["seen"]);
  await bench.clock.advance(24 * 3_600_000);
  bench.engine.hint(bench.id("seen"), "operator");
  await bench.clock.advance(1_000);
  assert.deepEqual(published(), ["nothing"]);
  for (const value of ["one", "two", "two"]) {
    bench.fakes.tamper("seen", value);
    await bench.clock.advance(1_000);
  }
  assert.deepEqual(published(), ["nothing", "one", "two"]);
  bench.fakes.tamper("seen", "good");
  await bench.clock.advance(1_000);
  bench.fakes.tamper("seen", "two");
  await bench.clock.advance(1_000);
  assert.deepEqual(published().slice(3), ["nothing", "two"], "in sync in between");
});

test("D17: it is not refreshed; the debt stays until the policy no longer names it", async () => {
  const bench = new Bench();
  bench.fakes.values.set("target", "good");
  const fakes = [{ name: "target" }, { name: "source", meta: { notify: [bench.id("target")] } }];
  await bench.serve(fakes, undefined, ["target"]);
  await bench.clock.advance(1_000);
  assert.equal(bench.count("refresh", "target"), 0);
  assert.ok(bench.ledger.owed(bench.id("target")));
  await bench.load(fakes, 2);
  await bench.clock.advance(1_000);
  assert.equal(bench.count("refresh", "target"), 1);
});

test("D17, G4: it does not go along in a batch", async () => {
  const bench = new Bench({
    fakes: { canGroup: true },
    takesMs: (verb) => (verb === "batch" || verb === "apply" ? 10 : 0),
  });
  const fakes = ["a", "b", "c"].map((name) => ({ name, lane: "l", group: "g" }));
  const results = await bench.converge(fakes, { detected: ["b"] });
  assert.equal(results.get("b")?.status, "noop");
  assert.equal(bench.fakes.values.get("b"), undefined);
  assert.equal(bench.fakes.values.get("c"), "good");
});

test("D17: a plan shows what it would be, as skipped", async () => {
  const bench = new Bench();
  await bench.load([{ name: "a" }, { name: "b" }], 1, { detected: ["a"] });
  const { actions } = await bench.clock.finish(bench.engine.plan(bench.signal));
  assert.deepEqual(
    actions.map(({ id, verb, reason, changes }) => [id, verb, reason, changes.length]),
    [
      ["fake:a", "skip", "detect only", 1],
      ["fake:b", "create", undefined, 1],
    ],
  );
});
