import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyGraph } from "./any-graph.ts";
import { Bench } from "./bench.ts";

test("a pass makes everything as declared, and a second pass writes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(anyGraph(), fc.nat(), async (fakes, seed) => {
      const bench = new Bench({ seed });
      const results = await bench.converge(fakes);
      assert.deepEqual(
        new Set([...results.values()].map(({ status }) => status)),
        new Set(["changed"]),
      );
      for (const { name } of fakes) assert.equal(bench.fakes.values.get(name), "good");

      const again = new Bench({ seed, ledger: bench.ledger });
      for (const [name, value] of bench.fakes.values) again.fakes.values.set(name, value);
      const intents = bench.ledger.intents.length;
      const second = await again.converge(fakes);
      assert.deepEqual(new Set([...second.values()].map(({ status }) => status)), new Set(["ok"]));
      assert.equal(
        bench.ledger.intents.length,
        intents,
        "a pass that changes nothing writes nothing",
      );
    }),
    { numRuns: 60 },
  );
});

test("promise 4: a dependency finishes before its dependents start, and independent ones do not wait", async () => {
  await fc.assert(
    fc.asyncProperty(anyGraph(), fc.nat(), async (fakes, seed) => {
      const bench = new Bench({
        seed,
        takesMs: (verb, name) => (verb === "apply" ? 7 + name.length : 0),
      });
      await bench.converge(fakes);
      const ended = new Map<string, number>();
      const began = new Map<string, number>();
      bench.fakes.calls.forEach(({ verb, name }, at) => {
        if (verb === "apply") began.set(name, at);
        if (verb === "apply-ends") ended.set(name, at);
      });
      for (const { name, meta } of fakes) {
        for (const dependency of meta?.dependsOn ?? []) {
          const before = ended.get(dependency.slice("fake:".length)) ?? Number.NaN;
          assert.ok(before < (began.get(name) ?? -1), `${name} began before ${dependency} ended`);
        }
      }
    }),
    { numRuns: 60 },
  );
  const bench = new Bench({
    takesMs: (verb, name) => (verb === "apply" && name === "slow" ? 1_000 : 1),
  });
  await bench.converge([
    { name: "slow" },
    { name: "quick" },
    { name: "after-quick", meta: { dependsOn: ["fake:quick" as never] } },
  ]);
  const [slowEnds] = bench.timesOf("apply-ends", "slow");
  const [dependentEnds] = bench.timesOf("apply-ends", "after-quick");
  assert.ok((dependentEnds ?? 0) < (slowEnds ?? 0), "no layer barrier");
});

test("promise 4: dependents of a failure are blocked, transitively, naming the root; others go on", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:root", "fail");
  const results = await bench.converge([
    { name: "root" },
    { name: "middle", meta: { dependsOn: ["fake:root" as never] } },
    { name: "leaf", meta: { dependsOn: ["fake:middle" as never] } },
    { name: "other" },
  ]);
  assert.equal(results.get("root")?.status, "failed");
  assert.equal(results.get("middle")?.status, "skipped");
  assert.equal(results.get("leaf")?.blockedBy, "fake:root");
  assert.equal(results.get("other")?.status, "changed");
  assert.equal(bench.count("observe", "middle"), 0, "a blocked resource is not even observed");
});

test("unknown never mutates, and what depends on it waits", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("observe:fog", "unknown");
  const results = await bench.converge([
    { name: "fog" },
    { name: "behind", meta: { dependsOn: ["fake:fog" as never] } },
  ]);
  assert.equal(results.get("fog")?.status, "unknown");
  assert.equal(results.get("behind")?.blockedBy, "fake:fog");
  assert.equal(bench.count("apply", "fog"), 0);
});

test("D15: a kind that throws, hangs or will not let go fails alone", async () => {
  for (const trouble of ["throw", "hang", "hang-for-ever"] as const) {
    const bench = new Bench({ engine: { resourceTimeoutMs: 5_000 } });
    bench.fakes.trouble.set("apply:sick", trouble);
    const results = await bench.converge([{ name: "sick" }, { name: "well" }]);
    assert.equal(results.get("sick")?.status, "failed", trouble);
    assert.equal(results.get("well")?.status, "changed", trouble);
    const reason = trouble === "throw" ? "Internal" : "ResourceTimeout";
    assert.equal(results.get("sick")?.fault?.reason, reason);
  }
});

test("promise 10: no work enters a lane in which given-up work may still write", async () => {
  const bench = new Bench({ engine: { resourceTimeoutMs: 5_000 } });
  bench.fakes.trouble.set("apply:sick", "hang-for-ever");
  const results = await bench.converge([
    { name: "sick", lane: "shared" },
    { name: "next", lane: "shared" },
    { name: "free" },
  ]);
  assert.equal(results.get("next")?.status, "failed");
  assert.match(results.get("next")?.fault?.message ?? "", /fake:sick hangs/);
  assert.equal(bench.count("apply", "next"), 0);
  assert.equal(results.get("free")?.status, "changed");
});

test("promise 10: work in one lane never overlaps and keeps its order", async () => {
  const bench = new Bench({ takesMs: (verb) => (verb === "apply" ? 10 : 1) });
  const fakes = ["a", "b", "c", "d"].map((name) => ({ name, lane: "one" }));
  await bench.converge(fakes);
  const applies = bench.fakes.calls.filter(({ verb }) => verb.startsWith("apply"));
  assert.deepEqual(
    applies.map(({ verb, name }) => `${verb} ${name}`),
    fakes.flatMap(({ name }) => [`apply ${name}`, `apply-ends ${name}`]),
  );
});

test("after an apply that had no effect the resource is NotConverged, never ok", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:stubborn", "no-effect");
  const results = await bench.converge([{ name: "stubborn" }]);
  assert.equal(results.get("stubborn")?.fault?.reason, "NotConverged");
});

test("promise 9: without a durable intent nothing is applied", async () => {
  const bench = new Bench();
  bench.ledger.refusal = new Error("the disk is full");
  const results = await bench.converge([{ name: "a" }]);
  assert.equal(results.get("a")?.status, "failed");
  assert.equal(bench.count("apply", "a"), 0);
});

test("noop holds in the first pass: it is observed, never applied", async () => {
  const bench = new Bench();
  const results = await bench.converge([{ name: "a", meta: { noop: true } }]);
  assert.equal(results.get("a")?.status, "noop");
  assert.equal(bench.fakes.values.get("a"), undefined);
});

test("D17: detect mode reports and never applies", async () => {
  const bench = new Bench({ mode: "detect" });
  const results = await bench.converge([{ name: "a" }, { name: "b" }]);
  assert.deepEqual(
    [...results.values()].map(({ status }) => status),
    ["noop", "noop"],
  );
  assert.equal(bench.ledger.intents.length, 0);
});

test("a critical failure starts nothing more", async () => {
  const bench = new Bench({ engine: { parallel: 1 } });
  bench.fakes.trouble.set("apply:first", "fail");
  const results = await bench.converge([
    { name: "first", meta: { critical: true } },
    { name: "second" },
  ]);
  assert.equal(results.get("second")?.status, "skipped");
  assert.equal(results.get("second")?.blockedBy, "fake:first");
});

test("ignored fields are not compared", async () => {
  const bench = new Bench();
  bench.fakes.values.set("a", "as found");
  const results = await bench.converge([{ name: "a", meta: { ignore: ["value"] } }]);
  assert.equal(results.get("a")?.status, "ok");
});

test("a notified resource is refreshed once after the change, and owed until it succeeds", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("refresh:target", "fail");
  const fakes = [
    { name: "source", meta: { notify: ["fake:target" as never] } },
    { name: "target" },
  ];
  bench.fakes.values.set("target", "good");
  const results = await bench.converge(fakes);
  assert.equal(results.get("target")?.status, "failed");
  assert.ok(bench.ledger.owed(bench.id("target")), "the debt survives the failure");

  const later = new Bench({ ledger: bench.ledger });
  for (const [name, value] of bench.fakes.values) later.fakes.values.set(name, value);
  assert.equal((await later.converge(fakes)).get("target")?.status, "changed");
  assert.equal(later.count("refresh", "target"), 1);
  assert.equal(bench.ledger.owed(bench.id("target")), false);
});

test("only when asked does a single pass try again", async () => {
  const once = new Bench();
  once.fakes.trouble.set("apply:a", "fail");
  await once.converge([{ name: "a" }]);
  assert.equal(once.count("apply", "a"), 1);

  const thrice = new Bench({ engine: { attempts: 3 } });
  thrice.fakes.trouble.set("apply:a", "fail");
  await thrice.converge([{ name: "a" }]);
  assert.equal(thrice.count("apply", "a"), 3);
});

test("promise 13: a kind that cannot name its lanes fails alone", async () => {
  const bench = new Bench();
  Object.assign(bench.fakes.kind, {
    lanes: (spec: { readonly name: string }) => {
      if (spec.name === "sick") throw new TypeError("no lane");
      return [spec.name];
    },
  });
  const results = await bench.converge([{ name: "sick" }, { name: "well" }]);
  assert.equal(results.get("sick")?.status, "failed");
  assert.equal(results.get("sick")?.fault?.reason, "Internal");
  assert.equal(results.get("well")?.status, "changed");
});
