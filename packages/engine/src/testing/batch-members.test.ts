import assert from "node:assert/strict";
import { test } from "node:test";
import type { BatchMember, KindBatch } from "@holdfast/core";
import { type FakeSpec, simulatedSecrets } from "@holdfast/testing";
import { Bench, type DeclaredFake } from "./bench.ts";

/** A bench whose fakes are applied in batches that take a while, so that all wait for the first. */
function createBatchBench(resourceTimeoutMs?: number): Bench {
  return new Bench({
    fakes: { canGroup: true },
    takesMs: (verb) => (verb === "apply" || verb === "batch" ? 100 : 1),
    ...(resourceTimeoutMs === undefined ? {} : { engine: { resourceTimeoutMs } }),
  });
}

function members(names: readonly string[], more: Partial<DeclaredFake> = {}): DeclaredFake[] {
  return names.map((name) => ({ name, lane: "database", group: "install", ...more }));
}

function batchOf(bench: Bench): KindBatch<FakeSpec, string> {
  const { batch } = bench.fakes.kind;
  assert.ok(batch);
  return batch;
}

test("D15, G4: a member whose details throw fails alone, and the pass ends", async () => {
  const bench = createBatchBench();
  let calls = 0;
  Object.assign(bench.fakes.kind, {
    details: () => {
      calls += 1;
      if (calls === 1) throw new TypeError("details is broken");
      return {};
    },
  });
  const results = await bench.converge(members(["a", "b", "c", "d"]));
  const statuses = [...results.values()].map(({ status }) => status).toSorted();
  assert.deepEqual(statuses, ["changed", "changed", "changed", "failed"]);
});

test("D15, G4: a key that throws keeps its resource out of the batch, and loses no resource that waits", async () => {
  const bench = createBatchBench();
  const { key } = batchOf(bench);
  Object.assign(batchOf(bench), {
    key: (spec: FakeSpec) => {
      if (spec.name === "c") throw new TypeError("key is broken");
      return key(spec);
    },
  });
  const results = await bench.converge(members(["a", "b", "c", "d"]));
  assert.deepEqual(bench.fakes.namesOf("batch"), ["a+b+d"]);
  assert.ok([...results.values()].every(({ status }) => status === "changed"));
});

test("G4: a failure of one member is its own fault, and no other is applied again for it", async () => {
  const bench = createBatchBench();
  bench.fakes.trouble.set("member:b", "fail");
  const results = await bench.converge(members(["a", "b", "c"]));
  assert.equal(results.get("b")?.status, "failed");
  assert.deepEqual([results.get("a")?.status, results.get("c")?.status], ["changed", "changed"]);
  assert.deepEqual(bench.fakes.namesOf("apply"), []);
});

test("§4, notify: a change that a batch made after it was given up is owed to others like any other", async () => {
  const bench = createBatchBench(1_000);
  for (const name of ["a", "b", "service"]) bench.fakes.values.set(name, "good");
  await bench.serve([
    ...members(["a"]),
    ...members(["b"], { meta: { notify: [bench.id("service")] } }),
    { name: "service" },
  ]);
  await bench.clock.advance(5_000);
  bench.fakes.trouble.set("batch:all", "hang-for-ever");
  bench.fakes.trouble.set("apply:all", "hang-for-ever");
  for (const name of ["a", "b"]) bench.fakes.tamper(name, "bad");
  await bench.clock.advance(20_000);
  assert.deepEqual(
    ["a", "b"].map((name) => bench.statusOf(name).type),
    ["Failed", "Failed"],
  );
  bench.fakes.trouble.clear();
  bench.fakes.letGo();
  await bench.clock.advance(600_000);
  assert.equal(bench.fakes.values.get("b"), "good");
  assert.equal(bench.count("refresh", "service"), 1, "b was changed");
  bench.stop();
});

test("B4, G4: each member has a context of its own: its attempt, and whether it holds secrets", async () => {
  const bench = createBatchBench();
  const contexts: string[] = [];
  const { applyMany } = batchOf(bench);
  Object.assign(batchOf(bench), {
    applyMany: (given: readonly BatchMember<FakeSpec, string>[]) => {
      for (const { action, context } of given) {
        contexts.push(`${action.spec.name} ${context.hasSecrets}`);
      }
      assert.equal(new Set(given.map(({ context }) => context.attempt)).size, given.length);
      return applyMany(given);
    },
  });
  const secret = { name: "c", secret: "a.b", lane: "database", group: "install" };
  await bench.converge([...members(["a", "b"]), secret], {
    secrets: simulatedSecrets({ "a.b": "s3cret-value" }),
  });
  assert.deepEqual(contexts, ["a false", "b false", "c true"]);
});

test("B4, G4: a member whose secret is missing fails alone", async () => {
  const bench = createBatchBench();
  const secret = { name: "b", secret: "a.b", lane: "database", group: "install" };
  const results = await bench.converge([...members(["a"]), secret, ...members(["c"])], {
    secrets: simulatedSecrets({ "x.y": "something" }),
  });
  assert.equal(results.get("b")?.fault?.reason, "SecretInvalid");
  assert.deepEqual([results.get("a")?.status, results.get("c")?.status], ["changed", "changed"]);
});
