import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, type KindAction, toFault, type WriteContext } from "@holdfast/core";
import type { FakeSpec } from "@holdfast/testing";
import { Bench } from "../testing/bench.ts";

type Apply = (action: KindAction<FakeSpec, string>, context: WriteContext) => Promise<void>;

/** A bench whose kind applies by these means. */
function benchWith(apply: (bench: Bench) => Apply, engine = {}): Bench {
  const bench = new Bench({ engine });
  Object.assign(bench.fakes.kind, { apply: apply(bench) });
  return bench;
}

test("promise 13: a kind waits between its own attempts by the engine's clock", async () => {
  const bench = benchWith((own) => async ({ spec }, { sleep }) => {
    await sleep(3_000);
    own.fakes.values.set(spec.name, spec.value);
  });
  const startedAtMs = bench.clock.monotonicMs();
  const results = await bench.converge([{ name: "a" }]);
  assert.equal(results.get("a")?.status, "changed");
  assert.equal(bench.clock.monotonicMs() - startedAtMs, 3_000);
  assert.equal(bench.clock.pending, 0, "no timer is left");
});

test("promise 9, K1: the intent has the places that what was observed names", async () => {
  const bench = new Bench();
  bench.fakes.values.set("a", "bad");
  Object.assign(bench.fakes.kind, {
    temporaries: ({ name }: FakeSpec, observed: string | undefined) => [
      { path: `/${name}/${observed}` },
    ],
  });
  await bench.converge([{ name: "a" }, { name: "b" }]);
  const places = bench.ledger.intents.flatMap(({ temporaries = [] }) => temporaries);
  assert.deepEqual(places.map(({ path }) => path).toSorted(), ["/a/bad", "/b/undefined"]);
});

test("promise 13, D14: sleeping work is woken by the deadline and by the end of a stop's grace, and cannot sleep again", async () => {
  const trigger: unknown[] = [];
  const sleepTwice =
    (): Apply =>
    async (_action, { sleep }) => {
      const first: unknown = await sleep(60_000).catch((error: unknown) => error);
      trigger.push(first);
      await sleep(60_000);
    };
  const late = benchWith(sleepTwice, { resourceTimeoutMs: 1_000 });
  const results = await late.converge([{ name: "a" }]);
  assert.equal(results.get("a")?.fault?.reason, "ResourceTimeout");
  assert.equal(results.get("a")?.durationMs, 1_000);
  assert.equal(late.clock.pending, 0, "no waiter is woken twice");

  const stopped = benchWith(sleepTwice, { graceMs: 2_000 });
  await stopped.load([{ name: "a" }]);
  const ending = stopped.engine.converge(stopped.signal);
  await stopped.clock.advance(500);
  stopped.stop();
  const report = await stopped.clock.finish(ending, 60_000);
  assert.equal(report.results[0]?.fault?.reason, "Aborted");
  assert.equal(report.results[0]?.durationMs, 2_500);
  assert.deepEqual(
    trigger.map((error) => error instanceof Error && "reason" in error && error.reason),
    ["ResourceTimeout", "Aborted"],
  );
});

test("promise 12: stopped work fails for the engine's reason, which the kind may say with more words", async () => {
  const said = "; and the third try said no";
  for (const [layers, message] of [
    [2, `apply of fake:a did not end within 1000 ms${said}${said}`],
    [1, `apply of fake:a did not end within 1000 ms${said}`],
    [0, "apply of fake:a did not end within 1000 ms"],
  ] as const) {
    const bench = benchWith(
      () =>
        async (_action, { sleep }) => {
          let fault = toFault(await sleep(60_000).catch((error: unknown) => error));
          const withMore = (cause: Fault | undefined) =>
            new Fault({ ...fault.toJSON(), message: `${fault.message}${said}`, cause });
          if (layers === 0) throw withMore(undefined);
          for (let layer = 0; layer < layers; layer++) fault = withMore(fault);
          throw fault;
        },
      { resourceTimeoutMs: 1_000 },
    );
    const results = await bench.converge([{ name: "a" }]);
    assert.equal(results.get("a")?.fault?.reason, "ResourceTimeout");
    assert.equal(results.get("a")?.fault?.message, message);
  }
});

test("a kind that cannot name its batch is applied alone, and no resource that waits for its lane is lost", async () => {
  const bench = new Bench({ fakes: { canGroup: true } });
  const key = ({ name }: FakeSpec): string => {
    if (name === "sick") throw new TypeError("undefined is not a key");
    return name;
  };
  Object.assign(bench.fakes.kind.batch ?? {}, { key });
  const results = await bench.converge([
    { name: "sick", lane: "one" },
    { name: "well", lane: "one" },
    { name: "other" },
  ]);
  assert.equal(results.get("sick")?.status, "changed");
  assert.equal(results.get("well")?.status, "changed");
  assert.equal(results.get("other")?.status, "changed");
});

test("D14: a stop asked for by a receiver of an event begins there: nothing more is written", async () => {
  const bench = new Bench({ engine: { parallel: 1 } });
  bench.fakes.trouble.set("apply:root", "fail");
  const trigger: string[] = [];
  bench.events.push = (event) => {
    if (event.type !== "result") return 0;
    trigger.push(`${event.result.id} ${event.result.status}`);
    if (event.result.status === "skipped") bench.stop();
    return trigger.length;
  };
  await bench.converge([
    { name: "root" },
    { name: "blocked", meta: { dependsOn: [bench.id("root")] } },
    ...["x", "y", "z"].map((name) => ({ name, meta: { dependsOn: [bench.id("first")] } })),
    { name: "first" },
  ]);
  const at = trigger.indexOf("fake:blocked skipped");
  assert.ok(at > 0);
  assert.deepEqual(
    trigger.slice(at + 1).filter((one) => one.endsWith("changed")),
    [],
  );
});
