import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, type HintSink, type Watch } from "@holdfast/core";
import type { FakeSpec } from "@holdfast/testing";
import fc from "fast-check";
import { Bench } from "../testing/bench.ts";

/** What one opening of a watch does: it takes its time, and then is live or fails. */
interface Opening {
  readonly takesMs?: number;
  readonly fault?: Fault;
}

const broken = new Fault({ reason: "WatchFailed", message: "no", resolution: "wait" });

/** Gives the fakes a watch whose openings go by a script; those beyond it are live at once. */
function scriptWatches(bench: Bench, openings: readonly Opening[]) {
  const happened: string[] = [];
  const live: { readonly sink: HintSink; end(fault?: Fault): void }[] = [];
  let opened = 0;
  const watch = async (
    specs: readonly FakeSpec[],
    _context: unknown,
    sink: HintSink,
  ): Promise<Watch> => {
    const { takesMs = 0, fault } = openings[opened] ?? {};
    opened += 1;
    const name = specs.map((spec) => spec.name).join("+");
    if (takesMs > 0) await new Promise<void>((resolve) => bench.clock.schedule(takesMs, resolve));
    if (fault !== undefined) throw fault;
    happened.push(`live: ${name}`);
    const ended = Promise.withResolvers<Fault | undefined>();
    live.push({ sink, end: ended.resolve });
    return {
      ended: ended.promise,
      [Symbol.asyncDispose]: async () => {
        happened.push(`closed: ${name}`);
        ended.resolve(undefined);
      },
    };
  };
  Object.assign(bench.fakes.kind, { watch });
  return { happened, live };
}

/** What was said of the watch, in order. */
function troubleOf(bench: Bench): readonly string[] {
  return bench.events.flatMap((event) => {
    if (event.type === "degraded") return [`degraded: ${event.fault.message}`];
    return event.type === "recovered" ? ["recovered"] : [];
  });
}

test("D9: a watch that opens too late is closed, and the one that replaced it goes on", async () => {
  const bench = new Bench();
  const { happened, live } = scriptWatches(bench, [{ takesMs: 40_000 }]);
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(35_000);
  assert.deepEqual(happened, ["live: a"], "the second");
  await bench.clock.advance(10_000);
  assert.deepEqual(happened, ["live: a", "live: a", "closed: a"], "the first came, and was closed");
  assert.deepEqual(troubleOf(bench), [
    "degraded: the watch of fake was not live within 30000 ms",
    "recovered",
  ]);
  bench.fakes.tamperUnnoticed("a", "bad");
  live[0]?.sink.hint(0, "changed");
  await bench.clock.settle();
  assert.equal(bench.fakes.values.get("a"), "good");
  bench.stop();
});

test("D18: of two watches that are opened at once only the newer is kept", async () => {
  const bench = new Bench();
  const { happened, live } = scriptWatches(bench, [{}, { takesMs: 1_000 }, { takesMs: 1_000 }]);
  await bench.serve([{ name: "a" }]);
  const first = bench.load([{ name: "a" }, { name: "b" }], 2);
  await bench.clock.advance(500);
  const second = bench.load([{ name: "a" }, { name: "b" }, { name: "c" }], 3);
  await bench.clock.advance(5_000);
  await Promise.all([first, second]);
  assert.deepEqual(happened.toSorted(), [
    "closed: a",
    "closed: a+b",
    "live: a",
    "live: a+b",
    "live: a+b+c",
  ]);
  bench.fakes.tamperUnnoticed("c", "bad");
  live.at(-1)?.sink.hint(2, "changed");
  await bench.clock.settle();
  assert.equal(bench.fakes.values.get("c"), "good");
  bench.stop();
});

test("D9, D18: whatever openings come to, one watch is live at most, and none is left when the agent has stopped", async () => {
  const anyOpening = fc.record(
    { takesMs: fc.integer({ min: 0, max: 60_000 }), fault: fc.constant(broken) },
    { requiredKeys: [] },
  );
  const anyStep = fc.record({
    what: fc.constantFrom("end", "reload", "wait"),
    thenMs: fc.integer({ min: 0, max: 40_000 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyOpening, { maxLength: 8 }),
      fc.array(anyStep, { maxLength: 8 }),
      async (openings, steps) => {
        const bench = new Bench();
        const { happened, live } = scriptWatches(bench, openings);
        const count = (word: string): number =>
          happened.filter((one) => one.startsWith(word)).length;
        const { served } = await bench.serve([{ name: "a" }]);
        for (const [at, { what, thenMs }] of steps.entries()) {
          if (what === "end") live.at(-1)?.end(broken);
          if (what === "reload") void bench.load([{ name: `r${at}` }], at + 2);
          await bench.clock.advance(thenMs);
        }
        await bench.clock.advance(600_000);
        assert.equal(count("live") - count("closed"), 1, happened.join(", "));
        bench.stop();
        await bench.clock.finish(served, 120_000);
        assert.equal(count("closed"), count("live"), happened.join(", "));
        assert.equal(bench.clock.pending, 0, "no restart is planned");
      },
    ),
    { numRuns: 200 },
  );
});

test("D9, D18: a reload opens the watch that waits for its restart, and nothing opens it again", async () => {
  const bench = new Bench();
  const { happened, live } = scriptWatches(bench, []);
  await bench.serve([{ name: "a" }]);
  live[0]?.end(broken);
  await bench.clock.advance(500);
  await bench.load([{ name: "b" }], 2);
  await bench.clock.advance(60_000);
  assert.deepEqual(happened, ["live: a", "closed: a", "live: b"]);
  bench.stop();
});

test("D9, D18: an opening that comes to nothing is no news once another watch is live", async () => {
  const bench = new Bench();
  const { happened } = scriptWatches(bench, [{}, { takesMs: 20_000, fault: broken }]);
  await bench.serve([{ name: "a" }]);
  void bench.load([{ name: "b" }], 2);
  await bench.clock.advance(1_000);
  void bench.load([{ name: "c" }], 3);
  await bench.clock.advance(60_000);
  assert.deepEqual(happened, ["live: a", "live: c", "closed: a"]);
  assert.deepEqual(troubleOf(bench), []);
  bench.stop();
});

test("D9, D14: a watch that never lets go of what it held holds up no stop", async () => {
  const bench = new Bench();
  const ended = Promise.withResolvers<Fault | undefined>();
  const hung = { ended: ended.promise, [Symbol.asyncDispose]: () => new Promise<void>(() => {}) };
  Object.assign(bench.fakes.kind, { watch: async () => hung });
  const { served } = await bench.serve([{ name: "a" }]);
  ended.resolve(broken);
  await bench.clock.advance(100);
  bench.stop();
  await bench.clock.finish(served, 20_000);
  assert.ok(bench.warnings.includes("what a watch held may not be free"));
});

test("D14: a watch that is live, or fails, only after the stop is closed silently", async () => {
  for (const opening of [{ takesMs: 1_000 }, { takesMs: 1_000, fault: broken }]) {
    const bench = new Bench();
    const { happened } = scriptWatches(bench, [{}, opening]);
    const { served } = await bench.serve([{ name: "a" }]);
    void bench.load([{ name: "a" }, { name: "b" }], 2);
    await bench.clock.advance(500);
    bench.stop();
    await bench.clock.finish(served, 10_000);
    await bench.clock.advance(10_000);
    const opened = happened.filter((one) => one.startsWith("live")).length;
    const closed = happened.filter((one) => one.startsWith("closed")).length;
    assert.equal(opened, "fault" in opening ? 1 : 2);
    assert.equal(closed, opened);
    assert.deepEqual(troubleOf(bench), []);
    assert.equal(bench.clock.pending, 0, "no restart is planned");
  }
});

test("D9: a watch that ends without a reason is restarted like one that failed", async () => {
  const bench = new Bench();
  const { happened, live } = scriptWatches(bench, []);
  await bench.serve([{ name: "a" }]);
  live[0]?.end();
  await bench.clock.advance(1_000);
  assert.deepEqual(happened, ["live: a", "closed: a", "live: a"]);
  assert.deepEqual(troubleOf(bench), [
    "degraded: the watch of fake ended without a reason",
    "recovered",
  ]);
  bench.stop();
});

test("D9: a kind whose watch turns out to be none is polled, and that is said", async () => {
  const bench = new Bench();
  Object.assign(bench.fakes.kind, { watch: () => Promise.resolve(undefined) });
  await bench.serve([{ name: "a" }]);
  assert.deepEqual(troubleOf(bench), ["degraded: fake has no watch"]);
  bench.fakes.tamperUnnoticed("a", "bad");
  await bench.clock.advance(40_000);
  assert.equal(bench.fakes.values.get("a"), "good", "found by a poll");
  bench.stop();
});

test("a hint about a place that the watch was not given is no harm", async () => {
  const bench = new Bench();
  const { live } = scriptWatches(bench, []);
  await bench.serve([{ name: "a" }]);
  const before = bench.fakes.calls.length;
  live[0]?.sink.hint(7, "changed");
  await bench.clock.advance(1_000);
  assert.equal(bench.fakes.calls.length, before);
  bench.stop();
});
