import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceId, viewOf, type WriteContext } from "@holdfast/core";
import { simulatedSecrets } from "@holdfast/testing";
import type { Explanation } from "../view/explanation.ts";
import { Bench } from "./bench.ts";

const MINUTE_MS = 60_000;

function explanationOf(bench: Bench, name: string): Explanation {
  const account = bench.engine.explain(bench.id(name));
  assert.ok(account !== undefined, `${name} is not in the graph`);
  return account;
}

test("why: a drift is explained with its trigger, its differences and its repair, also after later observations in sync", async () => {
  const bench = new Bench();
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(MINUTE_MS);
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(30 * MINUTE_MS);
  const { lastRun, lastNews, status, next } = explanationOf(bench, "a");
  assert.equal(status.type, "Ready");
  assert.equal(lastNews?.hints.trigger, "tampered");
  assert.deepEqual([...(lastNews?.hints.kinds ?? [])], ["watch"]);
  assert.equal(lastNews?.result?.status, "changed");
  assert.equal(lastNews?.result?.cause, "drift");
  assert.deepEqual(lastNews?.result?.changes, [
    { path: "value", from: "bad", to: "good", action: "replace" },
  ]);
  assert.equal(lastRun?.hints.trigger, "resync");
  assert.equal(lastRun?.result?.status, "ok");
  assert.ok((lastRun?.endedAtMs ?? 0) > (lastNews?.endedAtMs ?? 0));
  assert.ok((next.resyncAtMs ?? 0) > bench.clock.monotonicMs());
  bench.stop();
});

test("why: a failing resource is explained with its fault, its failures so far and its next attempt", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:a", "fail");
  const after = (name: string) => ({ dependsOn: [bench.id(name)] });
  await bench.serve([
    { name: "a" },
    { name: "b", meta: after("a") },
    { name: "c", meta: after("b") },
  ]);
  const first = explanationOf(bench, "a");
  assert.equal(first.failures, 1);
  assert.equal(first.attempts, 3);
  assert.equal(first.lastNews?.result?.status, "failed");
  assert.ok((first.next.retryAtMs ?? 0) > bench.clock.monotonicMs());
  const blocked = explanationOf(bench, "b");
  assert.equal(blocked.lastNews?.result?.blockedBy, bench.id("a"));
  assert.equal(blocked.next.retryAtMs, undefined);
  assert.deepEqual(blocked.blockedThrough, [bench.id("a")]);
  assert.deepEqual(explanationOf(bench, "c").blockedThrough, [bench.id("b"), bench.id("a")]);
  bench.stop();
});

test("why: a run that found a failure as it was left has no result, and its earlier findings stay", async () => {
  const bench = new Bench();
  bench.fakes.trouble.set("apply:a", "fail");
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(1_000);
  bench.fakes.hint("a", "echo");
  await bench.clock.settle();
  const { lastRun, lastNews } = explanationOf(bench, "a");
  assert.equal(lastRun?.hints.trigger, "echo");
  assert.equal(lastRun?.result, undefined);
  assert.equal(lastNews?.result?.status, "failed");
  bench.stop();
});

test("why: a resource that waits for the end of a window, for a dependency or for its limiter says so", async () => {
  const bench = new Bench({
    takesMs: (verb, name) => (verb === "apply" && name === "a" ? 5_000 : 0),
  });
  await bench.load([{ name: "a" }, { name: "b", meta: { dependsOn: [bench.id("a")] } }]);
  const served = bench.engine.serve({}, bench.signal);
  await bench.clock.advance(1_000);
  assert.equal(explanationOf(bench, "a").next.isRunning, true);
  assert.deepEqual([...(explanationOf(bench, "a").underWay?.kinds ?? [])], ["generation"]);
  assert.equal(explanationOf(bench, "b").underWay, undefined);
  assert.deepEqual(explanationOf(bench, "b").next.after, [bench.id("a")]);
  assert.deepEqual(explanationOf(bench, "b").next.askedBy, ["generation"]);
  await bench.clock.advance(MINUTE_MS);
  bench.fakes.hint("b", "one");
  await bench.clock.settle();
  bench.fakes.hint("b", "two");
  const { next } = explanationOf(bench, "b");
  assert.ok((next.windowAtMs ?? 0) > bench.clock.monotonicMs());
  assert.deepEqual(next.askedBy, ["watch"]);
  bench.stop();
  await bench.clock.finish(served);
});

test("why: long values are shown by their size, so that kept data does not grow with the files", async () => {
  const bench = new Bench();
  bench.fakes.values.set("a", "x".repeat(10_000));
  await bench.converge([{ name: "a" }]);
  assert.equal(explanationOf(bench, "a").lastNews?.result?.changes[0]?.from, "‹10000 characters›");
});

test("why: a resource that is not declared has no account", async () => {
  const bench = new Bench();
  await bench.converge([{ name: "a" }]);
  assert.equal(bench.engine.explain(resourceId("fake", "b")), undefined);
});

test("why: the reason why long work waits is in the status, without secrets, until it is over", async () => {
  const bench = new Bench();
  const released = Promise.withResolvers<void>();
  const { kind } = bench.fakes;
  const apply = kind.apply.bind(kind);
  Object.assign(kind, {
    apply: async (action: Parameters<typeof apply>[0], context: WriteContext) => {
      context.progress("waits for apt, which was given hunter2-hunter2");
      await released.promise;
      await apply(action, context);
    },
  });
  const secrets = simulatedSecrets({ "db.password": "hunter2-hunter2" });
  await bench.load([{ name: "a", secret: "db.password" }], 1, { secrets });
  void bench.engine.serve({}, bench.signal);
  await bench.clock.advance(60_000);
  const { message } = viewOf(bench.statusOf("a"));
  assert.equal(message, "being changed: waits for apt, which was given ‹secret›");
  released.resolve();
  await bench.clock.advance(1_000);
  assert.equal(viewOf(bench.statusOf("a")).message, "as declared");
  bench.stop();
});

test("why: the output of the last attempt's command is kept, published with its result alone, and never in a report", async () => {
  const bench = new Bench();
  const { kind } = bench.fakes;
  const apply = kind.apply.bind(kind);
  let text = "first";
  Object.assign(kind, {
    apply: async (action: Parameters<typeof apply>[0], context: WriteContext) => {
      context.printed({ stdout: "an earlier attempt", stderr: "", isTruncated: false });
      context.printed({ stdout: text, stderr: "", isTruncated: false });
      await apply(action, context);
    },
  });
  await bench.serve([{ name: "a" }]);
  text = "second";
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(30 * MINUTE_MS);
  assert.equal(explanationOf(bench, "a").output?.stdout, "second");
  const published = bench.events.flatMap((event) =>
    event.type === "result" ? [event.result.output?.stdout] : [],
  );
  assert.deepEqual(published, ["first", "second"]);
  bench.fakes.values.set("b", "good");
  await bench.load([{ name: "b" }], 2);
  await bench.clock.advance(MINUTE_MS);
  await bench.load([{ name: "a" }, { name: "b" }], 3);
  await bench.clock.advance(MINUTE_MS);
  assert.equal(explanationOf(bench, "a").output, undefined, "it is not that of another time");
  assert.equal(explanationOf(bench, "a").lastNews?.result?.output, undefined);
  bench.stop();
});
