import assert from "node:assert/strict";
import { test } from "node:test";
import { Bench, type DeclaredFake } from "./bench.ts";

/** Enough fakes to be read in bulk. */
function many(count: number, more: Partial<DeclaredFake> = {}): DeclaredFake[] {
  return Array.from({ length: count }, (_, at) => ({ name: `c${at}`, ...more }));
}

test("a pass reads many resources at once, and one by one only what is to be changed", async () => {
  const bench = new Bench();
  for (let at = 1; at < 100; at++) bench.fakes.values.set(`c${at}`, "good");
  await bench.converge(many(100));
  assert.deepEqual(bench.fakes.namesOf("snapshot"), ["100"]);
  assert.deepEqual(bench.fakes.namesOf("observe"), ["c0", "c0"], "before the apply, and to verify");
});

test("what waits for one lane is read at once, and again once when something happens to all", async () => {
  const bench = new Bench();
  for (let at = 0; at < 100; at++) bench.fakes.values.set(`c${at}`, "good");
  await bench.serve(many(100, { lane: "database" }));
  await bench.clock.advance(5_000);
  bench.engine.hintAll("operator");
  await bench.clock.advance(5_000);
  assert.deepEqual(bench.fakes.namesOf("snapshot"), ["100", "100"]);
  assert.deepEqual(bench.fakes.namesOf("observe"), []);
  bench.stop();
});

test("a snapshot is not used when it is older than a dependency's apply", async () => {
  const bench = new Bench();
  // What "base" writes changes what every other fake holds: as a package that brings configuration files.
  const fakes = [{ name: "base" }, ...many(20, { meta: { dependsOn: ["fake:base" as never] } })];
  for (const { name } of fakes.slice(1)) bench.fakes.values.set(name, "good");
  bench.fakes.onApply = (name) => {
    if (name !== "base") return;
    for (let at = 0; at < 20; at++) bench.fakes.values.set(`c${at}`, "brought along");
  };
  const results = await bench.converge(fakes);
  for (let at = 0; at < 20; at++) {
    assert.equal(results.get(`c${at}`)?.status, "changed");
    assert.equal(bench.fakes.values.get(`c${at}`), "good");
  }
});

test("a snapshot is not used when it is older than the hint", async () => {
  const bench = new Bench({ takesMs: (verb) => (verb === "snapshot" ? 1_000 : 0) });
  await bench.serve(many(20));
  await bench.clock.advance(5_000);
  // A resync is reading everything when one of them changes.
  bench.engine.hintAll("operator");
  await bench.clock.advance(500);
  bench.fakes.tamper("c3", "bad");
  await bench.clock.advance(5_000);
  assert.equal(bench.fakes.values.get("c3"), "good");
  bench.stop();
});

test("a bulk read that fails costs nothing but time: each is observed by itself", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("snapshot:all", "fail");
  const results = await bench.converge(many(20));
  assert.deepEqual(
    new Set([...results.values()].map(({ status }) => status)),
    new Set(["changed"]),
  );
});

test("few resources are not read in bulk", async () => {
  const bench = new Bench();
  await bench.converge(many(3));
  assert.deepEqual(bench.fakes.namesOf("snapshot"), []);
});
