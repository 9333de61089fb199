import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, type Plan } from "@holdfast/core";
import type { FakeSpec } from "@holdfast/testing";
import fc from "fast-check";
import { Bench, type DeclaredFake } from "./bench.ts";

function planOf(bench: Bench): Promise<Plan> {
  return bench.clock.finish(bench.engine.plan(bench.signal));
}

/** The actions in one line each. */
function shown({ actions }: Plan): readonly string[] {
  return actions.map(({ id, verb, reason }) => [verb, id, reason].filter(Boolean).join(" "));
}

const onto = (name: string) => ({ dependsOn: [`fake:${name}` as never] });

test("a plan writes nothing, and what it says is what an apply then does", async () => {
  const anyWorld = fc.array(
    fc.record({ value: fc.constantFrom("good", "bad", undefined), isNoop: fc.boolean() }),
    { minLength: 1, maxLength: 10 },
  );
  await fc.assert(
    fc.asyncProperty(anyWorld, fc.nat(), async (world, seed) => {
      const fakes = world.map(
        ({ isNoop }, at): DeclaredFake => ({
          name: `c${at}`,
          meta: { noop: isNoop, ...(at % 2 === 0 ? {} : onto(`c${at - 1}`)) },
        }),
      );
      const start = (bench: Bench): void => {
        world.forEach(({ value }, at) => {
          if (value !== undefined) bench.fakes.values.set(`c${at}`, value);
        });
      };
      const planning = new Bench({ seed });
      start(planning);
      await planning.load(fakes);
      const plan = await planOf(planning);
      assert.equal(planning.ledger.intents.length, 0);
      assert.equal(planning.fakes.namesOf("apply").length, 0);

      const applying = new Bench({ seed });
      start(applying);
      const results = await applying.converge(fakes);
      for (const { name } of fakes) {
        const action = plan.actions.find(({ id }) => id === `fake:${name}`);
        const expected = { undefined: "ok", skip: "noop", create: "changed", update: "changed" };
        const key = String(action?.verb) as keyof typeof expected;
        assert.equal(results.get(name)?.status, expected[key], name);
      }
      const { create, update, skip, inSync } = plan.summary;
      assert.equal(create + update + skip + inSync, fakes.length);
    }),
    { numRuns: 60 },
  );
});

test("G7: a dependent of something still to be made is planned after it, also when it cannot be observed yet", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("observe:service", "unknown");
  await bench.load([
    { name: "package" },
    { name: "service", meta: onto("package") },
    { name: "page", meta: onto("package") },
  ]);
  assert.deepEqual(shown(await planOf(bench)), [
    "create fake:package",
    "update fake:service after fake:package; not observed yet: the world refused fake service",
    "create fake:page after fake:package",
  ]);
});

test("an unknown resource is skipped with its fault, and its dependents name the root", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("observe:fog", "unknown");
  await bench.load([
    { name: "fog" },
    { name: "behind", meta: onto("fog") },
    { name: "far behind", meta: onto("behind") },
  ]);
  const plan = await planOf(bench);
  assert.deepEqual(
    plan.actions.map(({ verb, blockedBy, fault }) => [verb, blockedBy, fault?.reason]),
    [
      ["skip", undefined, "HostFailed"],
      ["skip", "fake:fog", undefined],
      ["skip", "fake:fog", undefined],
    ],
  );
  assert.equal(plan.summary.unknown, 3);
});

test("a refused kind is skipped with the reason, without an observation", async () => {
  const refusal = new Fault({ reason: "RootExecRefused", message: "m", resolution: "r" });
  const bench = new Bench({ refusalOf: () => refusal });
  await bench.load([{ name: "a" }]);
  const [action] = (await planOf(bench)).actions;
  assert.equal(action?.fault?.reason, "RootExecRefused");
  assert.equal(bench.fakes.calls.length, 0);
});

test("a skipped resource notifies none", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("observe:fog", "unknown");
  bench.fakes.values.set("b", "good");
  await bench.load([{ name: "fog", meta: { notify: ["fake:b" as never] } }, { name: "b" }]);
  const { actions } = await planOf(bench);
  assert.ok(actions.every(({ verb }) => verb === "skip"));
});

test("a refresh is planned when it is notified, and when it is owed", async () => {
  const fakes = [{ name: "a", meta: { notify: ["fake:b" as never] } }, { name: "b" }];
  const bench = new Bench();
  bench.fakes.values.set("b", "good");
  await bench.load(fakes);
  assert.deepEqual(shown(await planOf(bench)), [
    "create fake:a",
    "refresh fake:b notified by fake:a",
  ]);

  bench.fakes.trouble.set("refresh:b", "fail");
  await bench.clock.finish(bench.engine.converge(bench.signal));
  const later = new Bench({ ledger: bench.ledger });
  for (const [name, value] of bench.fakes.values) later.fakes.values.set(name, value);
  await later.load(fakes);
  assert.deepEqual(shown(await planOf(later)), ["refresh fake:b owed by an earlier change"]);
});

test("a resource that is only observed is not refreshed either", async () => {
  const bench = new Bench();
  await bench.ledger.finish({
    type: "done",
    id: bench.id("a"),
    attempt: "x",
    specDigest: "s",
    fingerprint: "f",
    provenance: "created",
    owes: [bench.id("b")],
  });
  bench.fakes.values.set("b", "good");
  await bench.load([{ name: "b", meta: { noop: true } }]);
  assert.deepEqual((await planOf(bench)).actions, []);
});

test("the digest of a plan is that of its actions: the same for the same, another for any other", async () => {
  const digest = async (value: string, found?: string): Promise<string> => {
    const bench = new Bench();
    if (found !== undefined) bench.fakes.values.set("a", found);
    await bench.load([{ name: "a", value }]);
    return (await planOf(bench)).digest;
  };
  assert.equal(await digest("x"), await digest("x"));
  assert.match(await digest("x"), /^[0-9a-f]{64}$/);
  const all = [
    await digest("x"),
    await digest("y"),
    await digest("x", "found"),
    await digest("x", "x"),
  ];
  assert.equal(new Set(all).size, 4);
});

test("what is to be absent is planned as a deletion", async () => {
  const bench = new Bench();
  Object.assign(bench.fakes.kind, { isAbsent: ({ value }: FakeSpec) => value === "nothing" });
  bench.fakes.values.set("old", "something");
  await bench.load([{ name: "old", value: "nothing" }, { name: "new" }]);
  assert.deepEqual(shown(await planOf(bench)), ["delete fake:old", "create fake:new"]);
});

test("D17: under detect-only every difference is shown, and none is to be made", async () => {
  const bench = new Bench({ mode: "detect" });
  await bench.load([{ name: "a" }, { name: "b", meta: onto("a") }]);
  const plan = await planOf(bench);
  assert.deepEqual(shown(plan), ["skip fake:a detect only", "skip fake:b detect only"]);
  assert.deepEqual(plan.actions[0]?.changes, [{ path: "value", to: "good", action: "add" }]);
});

test("promise 13: a plan waits for no observation that hangs, and the resource is free again when that ends", async () => {
  const bench = new Bench({ engine: { resourceTimeoutMs: 1_000 }, fakes: { canSnapshot: false } });
  bench.fakes.trouble.set("observe:a", "hang-for-ever");
  await bench.load([{ name: "a" }]);
  const [action] = (await planOf(bench)).actions;
  assert.equal(action?.fault?.reason, "ResourceTimeout");
  bench.fakes.trouble.clear();
  bench.fakes.letGo();
  await bench.clock.settle();
  const report = await bench.clock.finish(bench.engine.converge(bench.signal));
  assert.equal(report.results[0]?.status, "changed");
});

test("D1, promise 12: an apply that hangs keeps its deadline while a plan observes the resource", async () => {
  const check = async (fakes: readonly DeclaredFake[], canSnapshot: boolean): Promise<void> => {
    const bench = new Bench({
      fakes: { canSnapshot },
      takesMs: (verb) => (verb === "apply" ? 0 : 10),
    });
    bench.fakes.trouble.set("apply:a", "hang");
    await bench.load(fakes);
    const converging = bench.engine.converge(bench.signal);
    await bench.clock.advance(1_000);
    assert.equal((await planOf(bench)).actions[0]?.verb, "create");
    const { results } = await bench.clock.finish(converging);
    assert.equal(results[0]?.fault?.reason, "ResourceTimeout");
    assert.equal(bench.clock.pending, 0, "no timer is left");
  };
  await check([{ name: "a" }], false);
  const others = Array.from({ length: 10 }, (_, at): DeclaredFake => ({ name: `b${at}` }));
  await check([{ name: "a" }, ...others], true);
});

test("promise 12: a plan that no caller waits for any more ends its findings, and is no plan", async () => {
  const check = async (count: number, trouble: string): Promise<void> => {
    const bench = new Bench();
    bench.fakes.trouble.set(trouble, "hang");
    await bench.load(Array.from({ length: count }, (_, at) => ({ name: `c${at}` })));
    const asking = new AbortController();
    const refused = assert.rejects(bench.engine.plan(asking.signal), { reason: "Aborted" });
    await bench.clock.advance(1_000);
    asking.abort();
    await refused;
    assert.equal(bench.clock.monotonicMs(), startMs + 1_000);
    const findings = bench.fakes.calls.length;
    await bench.clock.advance(600_000);
    assert.equal(bench.fakes.calls.length, findings, "nothing is observed any more");
    assert.equal(bench.clock.pending, 0, "no timer is left");
  };
  const startMs = new Bench().clock.monotonicMs();
  await check(1, "observe:c0");
  await check(10, "snapshot:all");
});
