import assert from "node:assert/strict";
import { test } from "node:test";
import { type Observation, present, type ReadContext } from "@holdfast/core";
import type { FakeSpec } from "@holdfast/testing";
import { Bench } from "../testing/bench.ts";

/** A bench whose fakes are asked by a command, alone and, where there are many, in bulk. */
function benchWithCommands(): { readonly bench: Bench; runs(): number } {
  const bench = new Bench({});
  bench.machine.commands.programs.set("ask", () => ({ stdout: "bad" }));
  const ask = async ({ host, signal }: ReadContext<unknown>): Promise<string> => {
    const { stdout } = await host.commands.query(
      { argv: ["ask"], env: {}, timeoutMs: 1_000 },
      signal,
    );
    return stdout;
  };
  const observe = async (
    { name }: FakeSpec,
    context: ReadContext<unknown>,
  ): Promise<Observation<string>> => {
    if (name.startsWith("file")) return present("good");
    return present(typeof context.snapshot === "string" ? context.snapshot : await ask(context));
  };
  const snapshot = (_specs: readonly FakeSpec[], context: ReadContext) => ask(context);
  Object.assign(bench.fakes.kind, { observe, snapshot, ports: ["commands"] });
  return { bench, runs: () => bench.machine.commands.runs.length };
}

test("D19: a plan for who may only read starts no command, alone or in bulk, and says of what that keeps it", async () => {
  for (const count of [1, 20]) {
    const { bench, runs } = benchWithCommands();
    const names = Array.from({ length: count }, (_, at) => `guarded${at}`);
    await bench.load([...names, "file"].map((name) => ({ name })));
    const plan = await bench.clock.finish(
      bench.engine.plan(bench.signal, { withoutCommands: true }),
    );
    assert.equal(runs(), 0);
    assert.deepEqual(
      plan.actions.map(({ id, verb, fault }) => [id, verb, fault?.reason]),
      names.map((name) => [bench.id(name), "skip", "NotPrivileged"]),
    );
    assert.deepEqual([plan.summary.unknown, plan.summary.inSync], [count, 1]);
    const own = await bench.clock.finish(bench.engine.plan(bench.signal));
    assert.equal(runs(), 1, "a bulk read that failed for readers is not taken by others");
    assert.equal(own.summary.update, count);
  }
});

test("D19: a plan of some resources observes those and no others", async () => {
  const { bench, runs } = benchWithCommands();
  await bench.load(["a", "b", "file"].map((name) => ({ name })));
  const ids = new Set([bench.id("b"), bench.id("file")]);
  const { actions, summary } = await bench.clock.finish(bench.engine.plan(bench.signal, { ids }));
  assert.deepEqual([runs(), actions.map(({ id }) => id), summary.inSync], [1, [bench.id("b")], 1]);
});
