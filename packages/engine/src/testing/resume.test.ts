import assert from "node:assert/strict";
import { test } from "node:test";
import type { TaskState, WriteContext } from "@holdfast/core";
import { Bench } from "./bench.ts";

/** An agent that was killed while a task it had begun for `a` went on outside, and the next one. */
async function killedDuringTask(states: () => TaskState): Promise<Bench> {
  const killed = new Bench();
  Object.assign(killed.fakes.kind, {
    apply: async (_action: unknown, context: WriteContext) => {
      await context.task("task-1");
      return new Promise(() => {});
    },
  });
  await killed.load([{ name: "a" }]);
  void killed.engine.converge(killed.signal);
  await killed.clock.advance(10);
  assert.equal(killed.ledger.inFlight()[0]?.task, "task-1");
  const next = new Bench({ ledger: killed.ledger, engine: { resourceTimeoutMs: 60_000 } });
  Object.assign(next.fakes.kind, { resume: async () => states() });
  return next;
}

test("C3, C4: a task that goes on is waited for before anything is observed, and its lane is held meanwhile", async () => {
  let isOver = false;
  const bench = await killedDuringTask(() => ({ type: isOver ? "over" : "running" }));
  await bench.load([
    { name: "a", lane: "database" },
    { name: "b", lane: "database" },
    { name: "c" },
  ]);
  void bench.engine.converge(bench.signal);
  await bench.clock.advance(20_000);
  assert.deepEqual([bench.count("observe", "a"), bench.count("observe", "b")], [0, 0]);
  assert.equal(bench.fakes.values.get("c"), "good", "others do not wait");
  isOver = true;
  await bench.clock.advance(2_000);
  assert.equal(bench.fakes.values.get("a"), "good");
  assert.equal(bench.fakes.values.get("b"), "good");
  assert.equal(bench.ledger.inFlight().length, 0);
});

test("C3: a task that outlives its deadline is unknown, not failed, and is asked about again", async () => {
  let isOver = false;
  const bench = await killedDuringTask(() => ({ type: isOver ? "over" : "running" }));
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(70_000);
  const status = bench.statusOf("a");
  assert.equal(status.type, "Unknown");
  assert.equal(status.type === "Unknown" && status.fault.reason, "ResourceTimeout");
  assert.equal(bench.count("apply", "a"), 0);
  isOver = true;
  await bench.clock.advance(120_000);
  assert.equal(bench.fakes.values.get("a"), "good");
  bench.stop();
});

test("C3: where the state of a task is unknown, nothing is written", async () => {
  const bench = await killedDuringTask(() => ({ type: "unknown", why: "the bus is gone" }));
  const results = await bench.converge([{ name: "a" }]);
  assert.equal(results.get("a")?.status, "unknown");
  assert.equal(results.get("a")?.fault?.reason, "TaskUnknown");
  assert.deepEqual(bench.fakes.namesOf("apply"), []);
  assert.equal(bench.ledger.inFlight().length, 1, "it is asked about at the next start, too");
});

test("C3, D17: an agent that only observes does not wait for a task", async () => {
  const bench = await killedDuringTask(() => ({ type: "running" }));
  await bench.load([{ name: "a", meta: { noop: true } }]);
  const plan = await bench.clock.finish(bench.engine.plan(bench.signal));
  assert.equal(plan.actions.length, 1);
});
