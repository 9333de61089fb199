import assert from "node:assert/strict";
import { test } from "node:test";
import { Bench, type DeclaredCell } from "./bench.ts";

const GROUPED = { canGroup: true } as const;

/** Members of one group in one lane, as packages of one package database. */
function members(names: readonly string[], more: Partial<DeclaredCell> = {}): DeclaredCell[] {
  return names.map((name) => ({ name, lane: "database", group: "install", ...more }));
}

test("G4: what waits for one lane under one group key is taken together, each with its own result", async () => {
  const bench = new Bench({ cells: GROUPED, takesMs: (verb) => (verb === "apply" ? 100 : 1) });
  const results = await bench.converge(members(["a", "b", "c", "d"]));
  assert.deepEqual(bench.cells.namesOf("batch"), ["a+b+c+d"]);
  assert.deepEqual(bench.cells.namesOf("apply"), []);
  assert.deepEqual(
    [...results.values()].map(({ status }) => status),
    ["changed", "changed", "changed", "changed"],
  );
  assert.equal(bench.ledger.intents.length, 4, "each has an intent of its own");
  assert.equal(bench.ledger.inFlight().length, 0);
});

test("G4: other keys, autoGroup false and what is in sync stay out", async () => {
  const bench = new Bench({ cells: GROUPED, takesMs: (verb) => (verb === "apply" ? 100 : 1) });
  bench.cells.values.set("settled", "good");
  const results = await bench.converge([
    ...members(["a", "b"]),
    ...members(["settled"]),
    ...members(["alone"], { meta: { autoGroup: false } }),
    ...members(["other"], { group: "remove" }),
  ]);
  assert.deepEqual(bench.cells.namesOf("batch"), ["a+b"]);
  assert.equal(results.get("settled")?.status, "ok");
  assert.equal(results.get("alone")?.status, "changed");
  assert.equal(results.get("other")?.status, "changed");
});

test("G4: a failing batch falls back to one by one, so that one bad name fails alone", async () => {
  const bench = new Bench({ cells: GROUPED, takesMs: (verb) => (verb === "apply" ? 100 : 1) });
  bench.cells.trouble.set("apply:bad", "fail");
  const results = await bench.converge(members(["a", "bad", "c"]));
  assert.deepEqual(
    ["a", "bad", "c"].map((name) => results.get(name)?.status),
    ["changed", "failed", "changed"],
  );
  assert.equal(bench.ledger.inFlight().length, 0);
});

test("G4: noop is kept in a group", async () => {
  const bench = new Bench({ cells: GROUPED, takesMs: (verb) => (verb === "apply" ? 100 : 1) });
  const results = await bench.converge([
    ...members(["a", "b"]),
    ...members(["looked-at"], { meta: { noop: true } }),
  ]);
  assert.equal(results.get("looked-at")?.status, "noop");
  assert.equal(bench.cells.values.get("looked-at"), undefined);
});

test("G4: groups form in the loop too, of what is drifted only", async () => {
  const bench = new Bench({ cells: GROUPED, takesMs: (verb) => (verb === "batch" ? 100 : 1) });
  await bench.serve(members(["a", "b", "c"]));
  await bench.clock.advance(2_000);
  const before = bench.cells.namesOf("batch").length + bench.cells.namesOf("apply").length;
  for (const name of ["a", "b", "c"]) bench.cells.tamper(name, name === "b" ? "good" : "bad");
  await bench.clock.advance(2_000);
  assert.deepEqual([...bench.cells.values.values()], ["good", "good", "good"]);
  const writes = bench.cells.namesOf("batch").length + bench.cells.namesOf("apply").length;
  assert.ok(writes - before <= 2, "not one by one");
  bench.stop();
});

test("promise 9: a batch with no durable intent is not begun, and each member fails by itself", async () => {
  const bench = new Bench({ cells: GROUPED });
  bench.ledger.refusal = new Error("the disk is full");
  const results = await bench.converge(members(["a", "b", "c"]));
  assert.deepEqual(bench.cells.namesOf("batch"), []);
  assert.deepEqual(
    [...results.values()].map(({ status }) => status),
    ["failed", "failed", "failed"],
  );
});

test("promise 10: a batch that will not let go is not overtaken by its own members", async () => {
  const bench = new Bench({ cells: GROUPED, engine: { resourceTimeoutMs: 1_000 } });
  bench.cells.trouble.set("batch:a+b", "hang-for-ever");
  const results = await bench.converge(members(["a", "b"]));
  assert.deepEqual(bench.cells.namesOf("apply"), []);
  assert.deepEqual(
    [...results.values()].map(({ fault }) => fault?.reason),
    ["ResourceTimeout", "ResourceTimeout"],
  );
});
