import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ALLOW_ALL,
  buildGraph,
  createCatalog,
  type EngineEvent,
  type Graph,
  type Resource,
  silentLog,
} from "@holdfast/core";
import {
  createSimulatedHost,
  FakeResources,
  MemoryLedger,
  seededRandom,
  VirtualClock,
} from "@holdfast/testing";
import fc from "fast-check";
import { Engine } from "../engine.ts";
import { Bench } from "./bench.ts";

const MINUTE_MS = 60_000;

test("promise 12: whatever write of the ledger hangs, whenever and for however long, all is reported and repaired in the end", async () => {
  const anyHang = fc.record({
    call: fc.constantFrom("begin", "finish", "refreshed", "owe"),
    afterMs: fc.integer({ min: 0, max: 20_000 }),
    forMs: fc.integer({ min: 0, max: 10 * MINUTE_MS }),
    tampered: fc.constantFrom("a", "b", "c"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyHang, { minLength: 1, maxLength: 4 }), async (hangs) => {
      const ledger = new MemoryLedger();
      const { hang, letGo } = hangable(ledger);
      const bench = new Bench({ ledger });
      await bench.serve([
        { name: "a" },
        { name: "b", meta: { dependsOn: [bench.id("a")] } },
        { name: "c" },
      ]);
      for (const { call, afterMs, forMs, tampered } of hangs) {
        await bench.clock.advance(afterMs);
        hang(call);
        bench.fakes.tamper(tampered, "bad");
        await bench.clock.advance(forMs);
        const bad = ["a", "b", "c"].filter((name) => bench.fakes.values.get(name) === "bad");
        const isOld = forMs > MINUTE_MS;
        // A retry may be observing just now; what stays reported is never that a bad resource is well.
        if (isOld)
          for (const name of bad) assert.notEqual(bench.statusOf(name).type, "Ready", name);
        letGo();
      }
      await bench.clock.advance(60 * MINUTE_MS);
      for (const name of ["a", "b", "c"]) {
        assert.equal(bench.fakes.values.get(name), "good", name);
        assert.equal(bench.statusOf(name).type, "Ready", name);
      }
      assert.equal(degradedBy(bench.events, "ledger"), 0, "the ledger is reported to be well");
      bench.stop();
    }),
    { numRuns: 60 },
  );
});

test("promise 12, 13: a ledger that does not answer is a fault in its deadline, and degraded; others go on observing", async () => {
  const ledger = new MemoryLedger();
  const { hang, letGo } = hangable(ledger);
  const bench = new Bench({ ledger, engine: { parallel: 2 } });
  const names = ["a", "b", "c", "d"];
  await bench.serve([...names, "well"].map((name) => ({ name })));
  await bench.clock.advance(5_000);
  hang("begin");
  for (const name of names) bench.fakes.tamper(name, "bad");
  await bench.clock.advance(2 * MINUTE_MS);
  for (const name of names) {
    const status = bench.statusOf(name);
    assert.equal(status.type === "Failed" && status.fault.reason, "LedgerUnavailable", name);
  }
  assert.equal(degradedBy(bench.events, "ledger"), 1);
  assert.equal(bench.engine.overdueMs(), 0);
  const before = bench.count("observe", "well");
  bench.fakes.hint("well", "changed");
  await bench.clock.advance(1_000);
  assert.equal(bench.count("observe", "well"), before + 1, "and at once, though every write hangs");
  letGo();
  await bench.clock.advance(10 * MINUTE_MS);
  for (const name of names) assert.equal(bench.fakes.values.get(name), "good", name);
  bench.stop();
});

test("promise 12: a pause that the ledger does not take is refused in its deadline", async () => {
  const ledger = new MemoryLedger();
  const { hang } = hangable(ledger);
  const bench = new Bench({ ledger });
  await bench.serve([{ name: "a" }]);
  hang("pause");
  const refused = assert.rejects(bench.engine.pause({ at: "2026-01-01T00:00:00Z" }), {
    reason: "LedgerUnavailable",
  });
  await bench.clock.advance(MINUTE_MS);
  await refused;
  bench.stop();
});

test("promise 13: a watch that hangs while it is opened delays its own kind alone, at the start and at a reload", async () => {
  const { clock, engine, well, sick, events, graph } = twoKinds();
  Object.assign(sick.kind, { watch: () => new Promise(() => {}) });
  await engine.load({ graph: graph(["s"]), generation: 1 });
  const stop = new AbortController();
  const served = engine.serve({}, stop.signal);
  assert.ok(await clock.runUntil(() => well.values.get("w") === "good", 1_000), "the first pass");
  assert.ok(await clock.runUntil(() => events.some(({ type }) => type === "watching"), 1_000));
  void engine.load({ graph: graph(["s", "s2"]), generation: 2 });
  await clock.advance(1_000);
  well.tamper("w", "bad");
  assert.ok(await clock.runUntil(() => well.values.get("w") === "good", 1_000), "after a reload");
  stop.abort();
  await clock.finish(served, MINUTE_MS);
});

test("promise 3: a drift before a slow watch was live is found as soon as it is live", async () => {
  const { clock, engine, sick, graph } = twoKinds();
  const watch = sick.kind.watch?.bind(sick.kind);
  assert.ok(watch);
  Object.assign(sick.kind, {
    watch: async (...given: Parameters<typeof watch>) => {
      await new Promise<void>((resolve) => clock.schedule(5_000, resolve));
      return await watch(...given);
    },
  });
  await engine.load({ graph: graph(["s"]), generation: 1 });
  const stop = new AbortController();
  const served = engine.serve({}, stop.signal);
  assert.ok(await clock.runUntil(() => sick.values.get("s") === "good", 2_000), "the first pass");
  sick.tamperUnnoticed("s", "bad");
  await clock.advance(5_000);
  assert.equal(sick.values.get("s"), "good");
  stop.abort();
  await clock.finish(served, MINUTE_MS);
});

test("promise 13: a watch that does not let go of what it held delays no other kind at a reload", async () => {
  const { clock, engine, well, sick, events, graph } = twoKinds();
  const hung = { ended: new Promise(() => {}), [Symbol.asyncDispose]: () => new Promise(() => {}) };
  Object.assign(sick.kind, { watch: async () => hung });
  await engine.load({ graph: graph(["s"]), generation: 1 });
  const stop = new AbortController();
  const served = engine.serve({}, stop.signal);
  assert.ok(await clock.runUntil(() => events.some(({ type }) => type === "watching"), 1_000));
  for (const [at, names] of [["s", "s2"], []].entries()) {
    void engine.load({ graph: graph(names), generation: at + 2 });
    await clock.advance(2_000);
    well.tamper("w", "bad");
    assert.ok(await clock.runUntil(() => well.values.get("w") === "good", 500), String(names));
  }
  stop.abort();
  await clock.finish(served, MINUTE_MS);
});

test("K1: a file that an attempt left and that could not be observed is cleared when it can", async () => {
  const bench: Bench = new Bench({
    takesMs(verb, name) {
      // A mount that dies under the work.
      if (verb === "apply") bench.fakes.trouble.set(`observe:${name}`, "unknown");
      return 0;
    },
  });
  await bench.serve([{ name: "a" }]);
  bench.fakes.trouble.clear();
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.count("recover", "a"), 1, "the attempt of the first pass could not be seen");
  assert.equal(bench.statusOf("a").type, "Ready");
  await bench.clock.advance(60 * MINUTE_MS);
  assert.equal(bench.count("recover", "a"), 1, "once");
  bench.stop();
});

/** Two kinds of fakes on one engine: `w` is well, and the others are of the sick one. */
function twoKinds() {
  const clock = new VirtualClock();
  const world = (kind: string): FakeResources =>
    new FakeResources({ kind, nowMs: () => clock.monotonicMs(), pause: async () => {} });
  const [well, sick] = [world("well"), world("sick")];
  const catalog = createCatalog([well.kind, sick.kind]);
  const host = createSimulatedHost({ clock });
  const events: EngineEvent[] = [];
  const engine = new Engine(
    {
      clock,
      random: seededRandom(1),
      log: silentLog,
      catalog,
      host,
      conditions: host.conditions,
      probes: host.probes,
      ledger: new MemoryLedger(),
      events: (event) => events.push(event),
      agentId: "two",
      refusalOf: () => undefined,
      policy: ALLOW_ALL,
      mode: "enforce",
    },
    {},
  );
  const resource = (fakes: FakeResources, name: string): Resource => {
    const [spec, input] = [{ name, value: "good" }, { value: "good" }];
    return { id: fakes.id(name), kind: fakes.kind.kind, name, spec, input, meta: {} };
  };
  const graph = (names: readonly string[]): Graph => {
    const resources = [resource(well, "w"), ...names.map((name) => resource(sick, name))];
    const { value } = buildGraph(resources, { catalog, log: silentLog });
    assert.ok(value);
    return value;
  };
  return { clock, engine, well, sick, events, graph };
}

/** Makes calls of a ledger wait until they are let go. */
function hangable(ledger: MemoryLedger) {
  let hanging: string | undefined;
  let gate = Promise.withResolvers<void>();
  for (const call of ["begin", "finish", "owe", "refreshed", "pause"] as const) {
    const original: (...given: never[]) => Promise<void> = ledger[call].bind(ledger);
    Object.assign(ledger, {
      [call]: async (...given: never[]): Promise<void> => {
        if (hanging === call) await gate.promise;
        await original(...given);
      },
    });
  }
  return {
    hang(call: string): void {
      hanging = call;
    },
    letGo(): void {
      hanging = undefined;
      gate.resolve();
      gate = Promise.withResolvers();
    },
  };
}

/** How many degraded events of a subject no recovered one has followed. */
function degradedBy(events: readonly EngineEvent[], subject: string): number {
  let count = 0;
  for (const event of events) {
    if (event.type === "degraded" && event.subject === subject) count += 1;
    if (event.type === "recovered" && event.subject === subject) count -= 1;
  }
  return count;
}
