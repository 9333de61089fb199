import assert from "node:assert/strict";
import { test } from "node:test";
import { ABSENT, type Change, change, Fault, present, type ReadContext } from "@holdfast/core";
import type { FakeSpec } from "@holdfast/testing";
import { Bench } from "../testing/bench.ts";

/** A bench whose kind is another in some respect. */
function benchWith(kind: object, options: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const bench = new Bench({ ...options, fakes: { canSnapshot: false, ...options.fakes } });
  Object.assign(bench.fakes.kind, kind);
  return bench;
}

test("a kind that answers without waiting is observed like any other", async () => {
  const bench = benchWith({
    observe: ({ name }: FakeSpec) => {
      const value = bench.fakes.values.get(name);
      return value === undefined ? ABSENT : present(value);
    },
  });
  bench.fakes.values.set("there", "good");
  const results = await bench.converge([{ name: "there" }, { name: "missing" }]);
  assert.equal(results.get("there")?.status, "ok");
  assert.equal(results.get("missing")?.status, "changed");
});

test("promise 1: a kind that throws instead of answering is unknown, and unknown never mutates", async () => {
  const observe = ({ name }: FakeSpec) => {
    if (name === "sick") throw new TypeError("spec.path is not a function");
    return present("good");
  };
  const bench = benchWith({ observe });
  const results = await bench.converge([{ name: "sick" }, { name: "well" }]);
  assert.equal(results.get("sick")?.status, "unknown");
  assert.equal(results.get("sick")?.fault?.reason, "Internal");
  assert.equal(results.get("well")?.status, "ok", "it is sick alone");
  assert.deepEqual(bench.fakes.namesOf("apply"), []);
});

test("an ignored field is ignored with all that is in it, and a field that only begins alike is not", async () => {
  const diff = ({ value }: FakeSpec, observed: string | undefined): readonly Change[] =>
    observed === value ? [] : [change("owner", "a", "b"), change("owner.name", "a", "b")];
  const check = async (ignore: readonly string[], expected: string): Promise<void> => {
    const bench = benchWith({ diff });
    bench.fakes.values.set("a", "bad");
    const results = await bench.converge([{ name: "a", meta: { ignore, noop: true } }]);
    const { status, changes } = results.get("a") ?? {};
    const shown = [status, ...(changes ?? []).map(({ path }) => path)].join(" ");
    assert.equal(shown, expected);
  };
  await check([], "noop owner owner.name");
  await check(["owner"], "ok");
  await check(["owner.name"], "noop owner");
  await check(["own", "owner.names"], "noop owner owner.name");
});

test("the details from a kind are in the status, after an observation and after a change", async () => {
  const bench = benchWith({ details: (observed: string) => ({ length: observed.length }) });
  bench.fakes.values.set("there", "good");
  await bench.converge([{ name: "there" }, { name: "made", value: "better" }]);
  for (const [name, length] of [
    ["there", 4],
    ["made", 6],
  ] as const) {
    const status = bench.statusOf(name);
    assert.deepEqual(status.type === "Ready" && status.details, { length });
  }
});

test("promise 13: a kind that asks for its signal only when time is up finds it aborted, with the reason", async () => {
  const seen: unknown[] = [];
  const observe = async (_spec: FakeSpec, context: ReadContext): Promise<never> => {
    await new Promise<void>((resolve) => bench.clock.schedule(2_000, resolve));
    const { signal } = context;
    seen.push(signal.aborted && signal.reason);
    throw new Error("it was interrupted");
  };
  const bench = benchWith({ observe }, { engine: { resourceTimeoutMs: 1_000 } });
  const results = await bench.converge([{ name: "slow" }]);
  const [reason] = seen;
  assert.ok(reason instanceof Fault && reason.reason === "ResourceTimeout");
  assert.equal(results.get("slow")?.fault?.reason, "ResourceTimeout", "not what it threw");
});

test("promise 13, D14: work that its own deadline has aborted is not aborted again by a stop: the first reason stays", async () => {
  const reasons: unknown[] = [];
  const observe = (_spec: FakeSpec, { signal }: ReadContext): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        reasons.push(signal.reason);
        bench.clock.schedule(5_000, () => reject(new Error("cleaned up")));
      });
    });
  const bench = benchWith({ observe }, { engine: { resourceTimeoutMs: 1_000, graceMs: 1_000 } });
  await bench.load([{ name: "slow" }]);
  const ending = bench.engine.converge(bench.signal);
  await bench.clock.advance(1_500);
  bench.stop();
  const report = await bench.clock.finish(ending, 60_000);
  assert.equal(reasons.length, 1);
  assert.equal(report.results[0]?.fault?.reason, "ResourceTimeout");
});

test("design §1: a refused kind is denied before anything is read, and its dependents are held back", async () => {
  const refusal = new Fault({ reason: "RootExecRefused", message: "m", resolution: "r" });
  const bench = new Bench({ refusalOf: () => refusal });
  const results = await bench.converge([
    { name: "a" },
    { name: "b", meta: { dependsOn: [bench.id("a")] } },
  ]);
  assert.equal(results.get("a")?.status, "denied");
  assert.equal(results.get("a")?.fault?.reason, "RootExecRefused");
  assert.equal(results.get("b")?.status, "denied", "of the same kind");
  assert.equal(bench.statusOf("a").type, "Denied");
  assert.deepEqual(bench.fakes.calls, []);
});

test("promise 12: an observation of a dependency that hangs ends in its time, though others observe it meanwhile", async () => {
  const bench = new Bench({
    engine: { resourceTimeoutMs: 5_000 },
    fakes: { canSnapshot: false },
  });
  await bench.serve([{ name: "base" }, { name: "top", meta: { dependsOn: [bench.id("base")] } }]);
  await bench.clock.advance(1_000);
  bench.fakes.trouble.set("observe:base", "hang");
  bench.fakes.trouble.set("apply:top", "fail");
  bench.fakes.tamper("top", "tampered");
  await bench.clock.advance(600);
  assert.equal(bench.statusOf("top").type, "Reconciling", "its failure may be the fault of base");
  bench.engine.hint(bench.id("base"), "operator");
  await bench.clock.advance(10_000);
  bench.fakes.trouble.clear();
  await bench.clock.advance(60_000);
  assert.equal(bench.statusOf("base").type, "Ready");
  assert.equal(bench.statusOf("top").type, "Ready");
});
