import assert from "node:assert/strict";
import { test } from "node:test";
import type { BatchMember } from "@holdfast/core";
import type { FakeSpec } from "@holdfast/testing";
import { Bench, type DeclaredFake } from "./bench.ts";

const GROUPED = { canGroup: true } as const;

/** Members of one group in one lane, as packages of one package database. */
function members(names: readonly string[], more: Partial<DeclaredFake> = {}): DeclaredFake[] {
  return names.map((name) => ({ name, lane: "database", group: "install", ...more }));
}

test("G4: resources that wait for one lane under one group key are taken together, each with its own result", async () => {
  const bench = new Bench({ fakes: GROUPED, takesMs: (verb) => (verb === "apply" ? 100 : 1) });
  const results = await bench.converge(members(["a", "b", "c", "d"]));
  assert.deepEqual(bench.fakes.namesOf("batch"), ["a+b+c+d"]);
  assert.deepEqual(bench.fakes.namesOf("apply"), []);
  assert.deepEqual(
    [...results.values()].map(({ status }) => status),
    ["changed", "changed", "changed", "changed"],
  );
  assert.equal(bench.ledger.intents.length, 4, "each has an intent of its own");
  assert.equal(bench.ledger.inFlight().length, 0);
});

test("G4: other keys, autoGroup false and what is in sync stay out", async () => {
  const bench = new Bench({ fakes: GROUPED, takesMs: (verb) => (verb === "apply" ? 100 : 1) });
  bench.fakes.values.set("settled", "good");
  const results = await bench.converge([
    ...members(["a", "b"]),
    ...members(["settled"]),
    ...members(["alone"], { meta: { autoGroup: false } }),
    ...members(["other"], { group: "remove" }),
  ]);
  assert.deepEqual(bench.fakes.namesOf("batch"), ["a+b"]);
  assert.equal(results.get("settled")?.status, "ok");
  assert.equal(results.get("alone")?.status, "changed");
  assert.equal(results.get("other")?.status, "changed");
});

test("G4: a failing batch falls back to one by one, so that one bad name fails alone", async () => {
  const bench = new Bench({ fakes: GROUPED, takesMs: (verb) => (verb === "apply" ? 100 : 1) });
  bench.fakes.trouble.set("apply:bad", "fail");
  const results = await bench.converge(members(["a", "bad", "c"]));
  assert.deepEqual(
    ["a", "bad", "c"].map((name) => results.get(name)?.status),
    ["changed", "failed", "changed"],
  );
  assert.equal(bench.ledger.inFlight().length, 0);
});

test("G4: noop is kept in a group", async () => {
  const bench = new Bench({ fakes: GROUPED, takesMs: (verb) => (verb === "apply" ? 100 : 1) });
  const results = await bench.converge([
    ...members(["a", "b"]),
    ...members(["observed-only"], { meta: { noop: true } }),
  ]);
  assert.equal(results.get("observed-only")?.status, "noop");
  assert.equal(bench.fakes.values.get("observed-only"), undefined);
});

test("G4: groups form in the loop too, of what is drifted only", async () => {
  const bench = new Bench({ fakes: GROUPED, takesMs: (verb) => (verb === "batch" ? 100 : 1) });
  await bench.serve(members(["a", "b", "c"]));
  await bench.clock.advance(2_000);
  const before = bench.fakes.namesOf("batch").length + bench.fakes.namesOf("apply").length;
  for (const name of ["a", "b", "c"]) bench.fakes.tamper(name, name === "b" ? "good" : "bad");
  await bench.clock.advance(2_000);
  assert.deepEqual([...bench.fakes.values.values()], ["good", "good", "good"]);
  const writes = bench.fakes.namesOf("batch").length + bench.fakes.namesOf("apply").length;
  assert.ok(writes - before <= 2, "not one by one");
  bench.stop();
});

test("promise 9: a batch with no durable intent is not begun, and each member fails by itself", async () => {
  const bench = new Bench({ fakes: GROUPED });
  bench.ledger.refusal = new Error("the disk is full");
  const results = await bench.converge(members(["a", "b", "c"]));
  assert.deepEqual(bench.fakes.namesOf("batch"), []);
  assert.deepEqual(
    [...results.values()].map(({ status }) => status),
    ["failed", "failed", "failed"],
  );
});

test("promise 10: a batch that will not let go is not overtaken by its own members", async () => {
  const bench = new Bench({ fakes: GROUPED, engine: { resourceTimeoutMs: 1_000 } });
  bench.fakes.trouble.set("batch:a+b", "hang-for-ever");
  const results = await bench.converge(members(["a", "b"]));
  assert.deepEqual(bench.fakes.namesOf("apply"), []);
  assert.deepEqual(
    [...results.values()].map(({ fault }) => fault?.reason),
    ["ResourceTimeout", "ResourceTimeout"],
  );
});

test("promise 14, G4: a member that was approved under an old manifest is not applied when its companions take their time", async () => {
  const bench = new Bench({
    fakes: { canGroup: true, canSnapshot: false },
    takesMs: (verb, name) => (verb === "observe" && name === "slow" ? 1_000 : 0),
  });
  const member = (name: string, value = "good") => ({ name, value, lane: "one", group: "all" });
  await bench.serve([member("quick"), member("slow")]);
  await bench.clock.advance(5_000);
  const before = bench.fakes.namesOf("batch").length + bench.fakes.namesOf("apply").length;
  bench.fakes.tamper("quick", "bad");
  bench.fakes.tamper("slow", "bad");
  await bench.clock.advance(500);
  await bench.load([member("quick", "better"), member("slow", "better")], 2);
  await bench.clock.advance(10_000);
  assert.ok(bench.fakes.namesOf("batch").length + bench.fakes.namesOf("apply").length > before);
  for (const name of ["quick", "slow"]) {
    const results = bench.resultsOf(name).map(({ status, cause }) => `${status} ${cause}`);
    assert.deepEqual(results, ["changed intent", "changed intent"], name);
    assert.equal(bench.fakes.values.get(name), "better");
  }
  bench.stop();
});

test("promise 4, G4: a companion whose dependency failed while it waited for the lane is left behind", async () => {
  const bench = new Bench({
    fakes: { canGroup: true },
    takesMs: (verb, name) => (verb === "observe" && name === "head" ? 1_000 : 0),
  });
  const member = (name: string) => ({ name, lane: "one", group: "all" });
  await bench.serve([
    { name: "base" },
    member("head"),
    { ...member("top"), meta: { dependsOn: [bench.id("base")] } },
  ]);
  await bench.clock.advance(10_000);
  bench.fakes.tamper("head", "bad");
  await bench.clock.advance(100);
  bench.fakes.tamper("top", "bad");
  await bench.clock.advance(100);
  bench.fakes.trouble.set("apply:base", "fail");
  bench.fakes.tamper("base", "bad");
  await bench.clock.advance(3_000);
  assert.equal(bench.fakes.values.get("head"), "good");
  assert.equal(bench.fakes.values.get("top"), "bad");
  assert.equal(bench.statusOf("top").type, "Blocked");
  bench.stop();
});

test("promise 14, G4: after a batch failed, nothing of an old manifest is tried one by one", async () => {
  const bench = new Bench({
    fakes: { canGroup: true, canSnapshot: false },
    takesMs: (verb) => (verb === "batch" ? 1_000 : 0),
  });
  const both = (value: string) => members(["a", "b"], { value });
  await bench.serve(both("good"));
  await bench.clock.advance(5_000);
  bench.fakes.trouble.set("apply:a", "fail");
  for (const name of ["a", "b"]) bench.fakes.tamper(name, "bad");
  await bench.clock.advance(500);
  bench.fakes.trouble.set("batch:a+b", "fail");
  await bench.load(both("better"), 2);
  bench.fakes.trouble.delete("apply:a");
  await bench.clock.advance(20_000);
  assert.deepEqual(
    ["a", "b"].map((name) => bench.fakes.values.get(name)),
    ["better", "better"],
  );
  assert.equal(bench.count("apply", "a"), bench.count("apply", "b"));
  const old = bench
    .resultsOf("b")
    .filter(({ status, cause }) => `${status} ${cause}` === "changed drift");
  assert.deepEqual(old, [], "nothing was put back to what the old manifest said");
  bench.stop();
});

test("G4: finished work of a failing batch is not done again", async () => {
  const bench = new Bench({ fakes: GROUPED, takesMs: (verb) => (verb === "apply" ? 100 : 1) });
  const applyMany = async (members: readonly BatchMember<FakeSpec, string>[]): Promise<never> => {
    const spec = members[0]?.action.spec;
    if (spec !== undefined) bench.fakes.values.set(spec.name, spec.value);
    throw new Error("the second one was refused");
  };
  Object.assign(bench.fakes.kind.batch ?? {}, { applyMany });
  const results = await bench.converge(members(["a", "b", "c"]));
  assert.deepEqual(bench.fakes.namesOf("apply"), ["b", "c"]);
  assert.deepEqual(
    [...results.values()].map(({ status }) => status),
    ["changed", "changed", "changed"],
  );
  assert.equal(bench.ledger.inFlight().length, 0);
});
