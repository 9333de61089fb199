import assert from "node:assert/strict";
import { test } from "node:test";
import { type ResourceMeta, resourceId } from "@holdfast/core";
import { Bench } from "./bench.ts";

/** Nothing is changed before its dependencies have been observed and are ready, whatever asked for it. */
const after = (name: string): ResourceMeta => ({ dependsOn: [resourceId("fake", name)] });

/** The applies so far, in order. */
const applied = (bench: Bench): string => bench.fakes.namesOf("apply").join(" ");

test("promise 4: a hint before the first pass does not overtake a dependency that was not observed yet", async () => {
  const bench = new Bench();
  const fakes = [{ name: "first" }, { name: "base" }, { name: "top", meta: after("base") }];
  await bench.load(fakes);
  void bench.engine.serve({}, bench.signal);
  // The watches are being set up: the engine has begun, and its pass has not.
  bench.engine.hint(bench.id("top"), "watch");
  await bench.clock.advance(1_000);
  assert.equal(applied(bench), "first base top");
  bench.stop();
});

test("promise 4: of two that drifted at once, the dependency is repaired first, also at the end of a window", async () => {
  const bench = new Bench();
  // Declared and tampered with in the wrong order.
  await bench.serve([{ name: "top", meta: after("base") }, { name: "base" }]);
  await bench.clock.advance(2_000);
  for (const name of ["top", "base"]) bench.fakes.hint(name, "nothing yet");
  await bench.clock.advance(100);
  for (const name of ["top", "base"]) bench.fakes.tamper(name, "bad");
  await bench.clock.advance(1_000);
  assert.equal(applied(bench), "base top base top");
  bench.stop();
});

test("promise 4, D4: a dependency within its window does not let its dependents take a new manifest before it does", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "base" }, { name: "top", meta: after("base") }]);
  await bench.clock.advance(2_000);
  bench.fakes.hint("base", "opens a window");
  await bench.clock.advance(100);
  const better = { value: "better" };
  const fakes = [
    { name: "base", ...better },
    { name: "top", ...better, meta: after("base") },
  ];
  await bench.load(fakes, 2);
  await bench.clock.advance(2_000);
  assert.equal(applied(bench), "base top base top");
  bench.stop();
});

test("promise 4, D18: a dependency that a new manifest brings comes before its dependents, whatever they wait for", async () => {
  const bench = new Bench({
    takesMs: (verb, name) => (verb === "apply" && name === "busy" ? 1_000 : 0),
  });
  const lane = { lane: "one" };
  await bench.serve([
    { name: "busy", ...lane },
    { name: "top", ...lane },
  ]);
  await bench.clock.advance(5_000);
  bench.fakes.tamper("busy", "bad");
  await bench.clock.advance(100);
  bench.fakes.tamper("top", "bad");
  await bench.clock.advance(100);
  // `top` waits for its lane when a new generation puts it after something new.
  const fakes = [
    { name: "busy", ...lane },
    { name: "base" },
    { name: "top", ...lane, meta: after("base") },
  ];
  await bench.load(fakes, 2);
  await bench.clock.advance(5_000);
  assert.equal(applied(bench), "busy top busy base top");
  bench.stop();
});

test("promise 4: a dependency that failed while its dependent waited for its lane holds it back", async () => {
  const bench = new Bench({
    takesMs: (verb, name) => (verb === "apply" && name === "busy" ? 1_000 : 0),
  });
  const lane = { lane: "one" };
  await bench.serve([
    { name: "busy", ...lane },
    { name: "base" },
    { name: "top", ...lane, meta: after("base") },
  ]);
  await bench.clock.advance(5_000);
  bench.fakes.tamper("busy", "bad");
  await bench.clock.advance(100);
  bench.fakes.tamper("top", "bad");
  await bench.clock.advance(100);
  bench.fakes.trouble.set("apply:base", "fail");
  bench.fakes.tamper("base", "bad");
  await bench.clock.advance(2_000);
  assert.equal(applied(bench), "busy base top busy base");
  assert.equal(bench.statusOf("top").type, "Blocked");
  bench.stop();
});

test("promise 4: a dependency to be repaired while its dependent waits for its lane goes first", async () => {
  const bench = new Bench({
    takesMs: (verb, name) => (verb === "apply" && name !== "top" ? 1_000 : 0),
  });
  const lane = { lane: "one" };
  await bench.serve([
    { name: "busy", ...lane },
    { name: "base" },
    { name: "top", ...lane, meta: after("base") },
  ]);
  await bench.clock.advance(5_000);
  bench.fakes.tamper("busy", "bad");
  await bench.clock.advance(100);
  bench.fakes.tamper("top", "bad");
  await bench.clock.advance(400);
  bench.fakes.tamper("base", "bad");
  await bench.clock.advance(5_000);
  const ends = bench.timesOf("apply-ends", "base").at(-1) ?? 0;
  const begins = bench.timesOf("apply", "top").at(-1) ?? 0;
  assert.ok(begins >= ends, "the dependent waits for the end of the repair");
  assert.equal(bench.fakes.values.get("top"), "good");
  bench.stop();
});
