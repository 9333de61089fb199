import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalog, removalsOf, type ResourceMeta, silentLog } from "@holdfast/core";
import fc from "fast-check";
import { Bench, type BenchOptions, type DeclaredFake } from "./bench.ts";

const DEPENDENT: DeclaredFake = { name: "leaf", meta: { dependsOn: ["fake:root" as never] } };
const BEFORE: readonly DeclaredFake[] = [{ name: "root" }, DEPENDENT, { name: "stays" }];
const AFTER: readonly DeclaredFake[] = [{ name: "stays" }];

/** Loads a manifest that prunes, with what left it, as an agent does. */
async function load(bench: Bench, fakes: readonly DeclaredFake[], generation = 1): Promise<void> {
  const catalog = createCatalog([bench.fakes.kind]);
  const graph = bench.graph(fakes);
  const manifest = { name: "web", prune: true, resources: graph.resources };
  const { ledger } = bench;
  const found = removalsOf({
    manifest,
    graph,
    ledger,
    catalog,
    log: silentLog,
    isShrinkAllowed: true,
  });
  await bench.engine.load({ graph: found.graph, generation, manifest: "web" });
}

async function converge(bench: Bench, fakes: readonly DeclaredFake[]) {
  await load(bench, fakes);
  return bench.clock.finish(bench.engine.converge(bench.signal));
}

/** The next run of an agent: same ledger, same host. */
function nextRun(before: Bench, options: BenchOptions = {}): Bench {
  const next = new Bench({ ledger: before.ledger, seed: 2, ...options });
  for (const [name, value] of before.fakes.values) next.fakes.values.set(name, value);
  return next;
}

/** A machine on which everything was applied once. */
async function applied(): Promise<Bench> {
  const bench = new Bench();
  await converge(bench, BEFORE);
  return bench;
}

/** Serves the manifest from which two have left, until both are gone. */
async function serveAfter(bench: Bench): Promise<void> {
  await load(bench, BEFORE);
  void bench.engine.serve({}, bench.signal);
  await bench.clock.advance(2_000);
  await load(bench, AFTER, 2);
  await bench.clock.advance(2_000);
}

test("promise 9, F5: after a kill at any moment what left is removed in order, once, and then nothing is known of it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 60 }), async (killAfterMs) => {
      const killed = nextRun(await applied(), { takesMs: (verb) => (verb === "apply" ? 10 : 2) });
      await load(killed, AFTER);
      void killed.engine.converge(killed.signal);
      await killed.clock.advance(killAfterMs);
      const next = nextRun(killed);
      await converge(next, AFTER);
      assert.deepEqual([...next.fakes.values], [["stays", "good"]]);
      assert.deepEqual(
        [...next.ledger.allApplied()].map(([id]) => id),
        ["fake:stays"],
      );
      const order = [...killed.fakes.calls, ...next.fakes.calls].filter(
        ({ verb }) => verb === "apply",
      );
      const names = [...new Set(order.map(({ name }) => name))];
      assert.deepEqual(names, ["leaf", "root"].slice(0, names.length));
      const { outcomes, intents } = next.ledger;
      const writes = outcomes.length + intents.length;
      await converge(nextRun(next), AFTER);
      assert.equal(outcomes.length + intents.length, writes, "the second pass is nothing");
    }),
    { numRuns: 25 },
  );
});

test("what was removed is none of our business any more: who makes it again keeps it", async () => {
  const bench = await applied();
  const next = nextRun(bench);
  await serveAfter(next);
  assert.deepEqual([...next.fakes.values.keys()], ["stays"]);
  assert.equal(next.engine.status(next.id("leaf")), undefined);
  next.fakes.tamper("leaf", "theirs");
  await next.clock.advance(60_000);
  next.engine.hintAll("operator");
  await next.clock.advance(60_000);
  assert.equal(next.fakes.values.get("leaf"), "theirs");
  await load(next, BEFORE, 3);
  await next.clock.advance(2_000);
  assert.equal(next.fakes.values.get("leaf"), "good", "declared again");
  await load(next, AFTER, 4);
  await next.clock.advance(2_000);
  assert.equal(next.fakes.values.get("leaf"), "good", "and now it was adopted");
  next.stop();
});

test("a person who lets go of it in time keeps it, whatever is under way", async () => {
  const next = nextRun(await applied());
  next.fakes.trouble.set("apply:leaf", "fail");
  await serveAfter(next);
  const failed = next.statusOf("leaf");
  assert(failed.type === "Failed");
  assert.match(failed.fault.resolution, /\. Or keep it: holdfast adopt fake:leaf\.$/);
  assert.equal(next.statusOf("stays").type, "Ready", "it holds nothing back that is declared");
  await next.ledger.forget(next.id("leaf"));
  next.fakes.trouble.clear();
  await next.clock.advance(600_000);
  assert.equal(next.fakes.values.get("leaf"), "good");
  assert.equal(next.engine.status(next.id("leaf")), undefined);
  next.stop();
});

test("T: noop and detect mode delete nothing, and forget nothing (D17)", async () => {
  const restraints: readonly [ResourceMeta, BenchOptions][] = [
    [{ noop: true }, {}],
    [{}, { mode: "detect" }],
  ];
  for (const [meta, options] of restraints) {
    const bench = new Bench();
    await converge(bench, [{ name: "stays" }, { name: "leaf" }]);
    const known = bench.ledger.lastApplied(bench.id("leaf"));
    assert(known?.declaration !== undefined);
    await bench.ledger.remember(bench.id("leaf"), {
      ...known,
      declaration: { ...known.declaration, meta: { noop: meta.noop === true } },
    });
    const next = nextRun(bench, options);
    const { results } = await converge(next, AFTER);
    const leaf = results.find(({ id }) => id === "fake:leaf");
    assert.equal(leaf?.status, "noop");
    assert.equal(next.fakes.values.get("leaf"), "good");
    assert(next.ledger.lastApplied(bench.id("leaf"))?.declaration !== undefined);
  }
});

test("what left the manifest has no operations, whether it is still to go or is gone", async () => {
  const next = nextRun(await applied());
  next.fakes.trouble.set("apply:leaf", "fail");
  await serveAfter(next);
  for (const name of ["leaf", "root"]) {
    const asked = { id: next.id(name), operation: "poke" };
    await assert.rejects(next.engine.operate(asked, next.signal), { reason: "NotFound" });
  }
  next.fakes.trouble.clear();
  await next.clock.advance(600_000);
  assert.deepEqual([...next.fakes.values.keys()], ["stays"]);
  const asked = { id: next.id("leaf"), operation: "poke" };
  await assert.rejects(next.engine.operate(asked, next.signal), { reason: "NotFound" });
  assert.deepEqual(next.fakes.namesOf("operate"), []);
  next.stop();
});

test("an operation whose resource leaves the manifest while it waits is not done", async () => {
  const next = nextRun(await applied(), {
    takesMs: (verb) => (verb === "operate" ? 5_000 : 0),
  });
  await load(next, BEFORE);
  void next.engine.serve({}, next.signal);
  await next.clock.advance(2_000);
  const asked = { id: next.id("leaf"), operation: "poke" };
  const first = next.engine.operate(asked, next.signal);
  const second = next.engine.operate(asked, next.signal);
  await next.clock.advance(1_000);
  await load(next, AFTER, 2);
  const reports = await next.clock.finish(Promise.all([first, second]));
  assert.deepEqual(
    reports.map(({ status, fault }) => fault?.reason ?? status),
    ["done", "NotFound"],
  );
  next.stop();
});
