import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pause } from "@holdfast/core";
import { MemoryLedger } from "@holdfast/testing";
import { Bench } from "./bench.ts";

const MINUTE_MS = 60_000;
const PAUSE: Pause = { at: "2026-01-01T00:00:00.000Z", by: "user 0", reason: "kernel upgrade" };

test("pause: nothing is observed or changed until the agent may go on, and then everything is", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }, { name: "b", meta: { dependsOn: [bench.id("a")] } }]);
  await bench.clock.advance(MINUTE_MS);
  await bench.engine.pause(PAUSE);
  await bench.clock.settle();
  const findings = bench.count("observe", "a");
  for (const name of ["a", "b"]) bench.fakes.tamper(name, "bad");
  await bench.clock.advance(60 * MINUTE_MS);
  assert.equal(bench.count("observe", "a"), findings);
  for (const name of ["a", "b"]) {
    assert.equal(bench.fakes.values.get(name), "bad");
    const { type, ...status } = bench.statusOf(name);
    assert.equal(type, "Waiting");
    assert.ok("for" in status && status.for === "paused");
  }
  await bench.engine.pause(undefined);
  await bench.clock.advance(MINUTE_MS);
  for (const name of ["a", "b"]) {
    assert.equal(bench.fakes.values.get(name), "good");
    assert.equal(bench.statusOf(name).type, "Ready");
  }
  const published = bench.events.flatMap((event) => ("subject" in event ? [event] : []));
  assert.deepEqual(
    published.map(({ type, subject }) => [type, subject]),
    [
      ["degraded", "pause"],
      ["recovered", "pause"],
    ],
  );
  bench.stop();
});

test("pause: work that runs goes on to its end, and its observations from before the pause lead to no change after it", async () => {
  const bench = new Bench({ takesMs: (verb) => (verb === "snapshot" ? 0 : 1_000) });
  await bench.load([{ name: "a" }, { name: "b" }]);
  const served = bench.engine.serve({}, bench.signal);
  // Both are being observed afresh before their first apply.
  await bench.clock.advance(500);
  await bench.engine.pause(PAUSE);
  await bench.clock.advance(10_000);
  assert.equal(bench.count("apply", "a") + bench.count("apply", "b"), 0);
  await bench.engine.pause(undefined);
  await bench.clock.advance(1_500);
  assert.equal(bench.count("apply", "a"), 1);
  await bench.engine.pause(PAUSE);
  await bench.clock.advance(10_000);
  assert.equal(bench.fakes.values.get("a"), "good");
  bench.stop();
  await bench.clock.finish(served);
});

test("pause: it outlives the agent: the next one changes nothing, says why, and one pass does not either", async () => {
  const ledger = new MemoryLedger();
  await ledger.pause(PAUSE);
  const next = new Bench({ ledger });
  await next.serve([{ name: "a" }]);
  await next.clock.advance(MINUTE_MS);
  assert.equal(next.count("observe", "a"), 0);
  const degraded = next.events.find(({ type }) => type === "degraded");
  assert.ok(degraded?.type === "degraded" && degraded.fault.reason === "Paused");
  assert.match(degraded.fault.message, /by user 0 since 2026-01-01T00:00:00.000Z: kernel upgrade$/);
  assert.deepEqual(next.resultsOf("a"), [], "it is said once, not once for each resource");
  next.stop();
  const pass = new Bench({ ledger });
  const result = (await pass.converge([{ name: "a" }])).get("a");
  assert.equal(result?.status, "skipped");
  assert.equal(result?.reason, "waiting: paused");
});

test("pause: a resource that a failed dependency held back waits for the pause alone, and is held back again after it", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:a", "fail");
  await bench.serve([{ name: "a" }, { name: "b", meta: { dependsOn: [bench.id("a")] } }]);
  assert.equal(bench.statusOf("b").type, "Blocked");
  await bench.engine.pause(PAUSE);
  await bench.clock.settle();
  assert.deepEqual([bench.statusOf("a").type, bench.statusOf("b").type], ["Waiting", "Waiting"]);
  await bench.engine.pause(undefined);
  await bench.clock.settle();
  assert.deepEqual([bench.statusOf("a").type, bench.statusOf("b").type], ["Failed", "Blocked"]);
  bench.fakes.trouble.clear();
  await bench.clock.advance(10 * MINUTE_MS);
  assert.equal(bench.statusOf("b").type, "Ready");
  bench.stop();
});

test("pause: a ledger that cannot be written refuses it, and the agent goes on", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(MINUTE_MS);
  bench.ledger.refusal = new Error("full");
  await assert.rejects(bench.engine.pause(PAUSE), /full/);
  bench.ledger.refusal = undefined;
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.fakes.values.get("a"), "good");
  bench.stop();
});

test("pause: hanging work that was given up waits for the end of the pause, and does not fail again and again", async () => {
  const bench = new Bench({ engine: { resourceTimeoutMs: 1_000 } });
  bench.fakes.trouble.set("apply:a", "hang-for-ever");
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(60_000);
  const failures = bench.resultsOf("a").length;
  assert.ok(failures >= 3);
  await bench.engine.pause({ at: "now" });
  await bench.clock.advance(10 * 60_000);
  const status = bench.statusOf("a");
  assert.equal(status.type === "Waiting" && status.for, "paused");
  assert.equal(bench.resultsOf("a").length, failures);
  await bench.engine.pause(undefined);
  await bench.clock.settle();
  assert.equal(bench.statusOf("a").type, "Failed", "it hangs still");
  bench.fakes.trouble.clear();
  bench.fakes.letGo();
  await bench.clock.advance(60_000);
  assert.equal(bench.statusOf("a").type, "Ready");
  bench.stop();
});
