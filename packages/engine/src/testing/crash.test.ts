import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import fc from "fast-check";
import { Bench, type DeclaredFake, diskFull } from "./bench.ts";

/** The next run of an agent that was killed: same ledger, same host. */
function nextRun(killed: Bench): Bench {
  const next = new Bench({ ledger: killed.ledger, seed: 2 });
  for (const [name, value] of killed.fakes.values) next.fakes.values.set(name, value);
  return next;
}

test("promise 9: after a kill at any moment the next start finds what was in flight, clears it and converges", async () => {
  const fakes: DeclaredFake[] = Array.from({ length: 8 }, (_, at) => ({
    name: `c${at}`,
    ...(at % 3 === 0 ? {} : { meta: { dependsOn: [`fake:c${at - 1}` as never] } }),
  }));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 90 }), fc.nat(), async (killAfterMs, seed) => {
      const killed = new Bench({ seed, takesMs: (verb) => (verb === "apply" ? 10 : 2) });
      await killed.load(fakes);
      void killed.engine.converge(killed.signal);
      await killed.clock.advance(killAfterMs);

      const inFlight = killed.ledger.inFlight();
      const next = nextRun(killed);
      const results = await next.converge(fakes);
      assert.equal(next.ledger.inFlight().length, 0);
      for (const { status } of results.values()) assert.match(status, /^(ok|changed)$/);
      for (const { name } of fakes) assert.equal(next.fakes.values.get(name), "good");
      for (const { id } of inFlight) {
        const name = id.slice("fake:".length);
        const own = next.fakes.calls.filter((call) => call.name === name).map(({ verb }) => verb);
        assert.equal(own[0], "recover", `${name} is cleared before it is observed`);
      }
    }),
    { numRuns: 60 },
  );
});

test("promise 9, K1: files of a cut-off attempt are cleared also when its resource is no longer declared", async () => {
  const killed = new Bench({ takesMs: (verb) => (verb === "apply" ? 10 : 0) });
  await killed.load([{ name: "gone" }]);
  void killed.engine.converge(killed.signal);
  await killed.clock.advance(5);
  const next = nextRun(killed);
  await next.converge([{ name: "other" }]);
  assert.equal(next.count("recover", "gone"), 1);
  assert.equal(next.count("observe", "gone"), 0, "it is not observed");
  assert.equal(next.ledger.inFlight().length, 0);
});

test("promise 9: a file that cannot be cleared is tried again, and its intent stays open", async () => {
  const killed = new Bench({ takesMs: (verb) => (verb === "apply" ? 10 : 0) });
  await killed.load([{ name: "gone" }, { name: "stays" }]);
  void killed.engine.converge(killed.signal);
  await killed.clock.advance(5);
  const next = nextRun(killed);
  for (const name of ["gone", "stays"]) next.fakes.trouble.set(`recover:${name}`, "fail");
  await next.serve([{ name: "stays" }]);
  assert.equal(next.ledger.inFlight().length, 1, "of the one that is not declared");
  assert.match(next.warnings.join("\n"), /could not be cleared/);
  next.fakes.trouble.clear();
  next.fakes.tamper("stays", "bad");
  await next.clock.advance(2_000);
  assert.equal(next.count("recover", "stays"), 2);
  next.stop();
});

test("promise 9: litter that cannot be cleared does not keep a resource from being made", async () => {
  const killed = new Bench({ takesMs: (verb) => (verb === "apply" ? 10 : 0) });
  await killed.load([{ name: "a" }]);
  void killed.engine.converge(killed.signal);
  await killed.clock.advance(5);
  const next = nextRun(killed);
  next.fakes.trouble.set("recover:a", "fail");
  const results = await next.converge([{ name: "a" }]);
  assert.equal(results.get("a")?.status, "changed");
});

test("promise 9: detect mode clears nothing", async () => {
  const killed = new Bench({ takesMs: (verb) => (verb === "apply" ? 10 : 0) });
  await killed.load([{ name: "a" }]);
  void killed.engine.converge(killed.signal);
  await killed.clock.advance(5);
  const next = new Bench({ ledger: killed.ledger, mode: "detect" });
  await next.converge([{ name: "a" }]);
  assert.equal(next.count("recover", "a"), 0);
});

test("promise 9, notify: a change that was cut off before its outcome was on record is notified of all the same", async () => {
  const fakes: DeclaredFake[] = [
    { name: "source", meta: { notify: ["fake:target" as never] } },
    { name: "target" },
  ];
  const killed = new Bench({ takesMs: (verb) => (verb === "observe" ? 10 : 0) });
  killed.fakes.values.set("target", "good");
  await killed.load(fakes);
  void killed.engine.converge(killed.signal);
  // The effect is there, and its verify under way.
  await killed.clock.advance(15);
  assert.equal(killed.fakes.values.get("source"), "good");
  const next = nextRun(killed);
  const results = await next.converge(fakes);
  assert.equal(results.get("source")?.status, "changed");
  assert.equal(next.count("apply", "source"), 0);
  assert.equal(next.count("refresh", "target"), 1);
  const third = nextRun(next);
  await third.converge(fakes);
  assert.equal(third.count("refresh", "target"), 0, "once");
});

test("promise 9, notify: a change whose outcome the ledger refused is notified of when it can be written", async () => {
  const bench = new Bench();
  await bench.serve([
    { name: "source", meta: { notify: [bench.id("target")] } },
    { name: "target" },
  ]);
  await bench.clock.advance(5_000);
  const before = bench.count("refresh", "target");
  bench.fakes.onApply = () => {
    bench.ledger.refusal = diskFull();
  };
  bench.fakes.tamper("source", "bad");
  await bench.clock.advance(1_000);
  assert.equal(bench.count("refresh", "target"), before);
  bench.ledger.refusal = undefined;
  await bench.clock.advance(20_000);
  assert.equal(bench.count("refresh", "target"), before + 1);
  assert.deepEqual(bench.ledger.inFlight(), []);
  bench.stop();
});

test("notify: work that fails after it took effect has changed the resource", async () => {
  const bench = new Bench();
  await bench.serve([
    { name: "source", meta: { notify: [bench.id("target")] } },
    { name: "target" },
  ]);
  await bench.clock.advance(5_000);
  const before = bench.count("refresh", "target");
  bench.fakes.onApply = () => {
    throw new Fault({ reason: "HostFailed", message: "too late", resolution: "Nothing." });
  };
  bench.fakes.tamper("source", "bad");
  await bench.clock.advance(20_000);
  assert.equal(bench.statusOf("source").type, "Ready");
  assert.equal(bench.count("refresh", "target"), before + 1);
  bench.stop();
});

test("notify: a change during a refresh is owed afresh", async () => {
  const bench = new Bench({
    takesMs: (verb, name) => (verb === "refresh" && name === "target" ? 1_000 : 0),
  });
  await bench.serve([
    { name: "source", meta: { notify: [bench.id("target")] } },
    { name: "target" },
  ]);
  await bench.clock.advance(5_000);
  const before = bench.count("refresh", "target");
  bench.fakes.tamper("source", "bad");
  await bench.clock.advance(700);
  bench.fakes.tamper("source", "worse");
  await bench.clock.advance(10_000);
  assert.equal(bench.count("refresh", "target"), before + 2);
  bench.stop();
});

test("promise 10: while the cleaning after a crash hangs nothing is observed; when it ends work goes on", async () => {
  const killed = new Bench({ takesMs: (verb) => (verb === "apply" ? 10 : 0) });
  await killed.load([{ name: "a" }]);
  void killed.engine.converge(killed.signal);
  await killed.clock.advance(5);
  const next = new Bench({ ledger: killed.ledger, engine: { resourceTimeoutMs: 1_000 } });
  next.fakes.trouble.set("recover:a", "hang-for-ever");
  await next.serve([{ name: "a" }]);
  await next.clock.advance(60_000);
  assert.equal(next.count("observe", "a"), 0);
  const said = next.resultsOf("a").map(({ status, fault }) => `${status} ${fault?.reason}`);
  assert.equal(said[0], "unknown ResourceTimeout");
  next.fakes.trouble.clear();
  next.fakes.letGo();
  await next.clock.advance(60_000);
  assert.equal(next.fakes.values.get("a"), "good");
  assert.equal(next.ledger.inFlight().length, 0);
  next.stop();
});
