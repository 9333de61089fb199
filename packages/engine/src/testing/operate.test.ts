import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, type OperationReport } from "@holdfast/core";
import fc from "fast-check";
import { Bench, type BenchOptions, type DeclaredFake } from "./bench.ts";

const { signal } = new AbortController();
const MINUTE_MS = 60_000;
const LANE = "shared";

async function serving(fakes: readonly DeclaredFake[], options: BenchOptions = {}) {
  const bench = new Bench(options);
  await bench.serve(fakes);
  await bench.clock.advance(MINUTE_MS);
  return bench;
}

function poke(bench: Bench, name: string, key?: string): Promise<OperationReport> {
  const keyed = key === undefined ? {} : { key };
  return bench.engine.operate({ id: bench.id(name), operation: "poke", ...keyed }, signal);
}

function reasonOf({ status, fault }: OperationReport): string {
  return fault?.reason ?? status;
}

test("C1, C8: each operation is done once, in the order in which they were asked for, and nothing overlaps in a lane", async () => {
  const anyStep = fc.record({
    atMs: fc.nat({ max: 3_000 }),
    what: fc.constantFrom("poke", "poke", "tamper", "leave"),
    name: fc.constantFrom("a", "b", "c"),
  });
  const anyTakes = fc.record({ apply: fc.nat({ max: 700 }), operate: fc.nat({ max: 700 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 12 }), anyTakes, async (steps, takes) => {
      const bench = await serving(
        ["a", "b", "c"].map((name) => ({ name, lane: LANE })),
        { takesMs: (verb) => (verb === "apply" || verb === "operate" ? takes[verb] : 0) },
      );
      const asked: string[] = [];
      const sorted = steps.toSorted((one, other) => one.atMs - other.atMs);
      for (const { atMs, what, name } of sorted) {
        bench.clock.schedule(atMs, () => {
          if (what === "tamper") return bench.fakes.tamper(name, "bad");
          asked.push(name);
          const request = { id: bench.id(name), operation: "poke" };
          const caller = new AbortController();
          bench.engine.operate(request, caller.signal).catch(() => {});
          // Who does not wait any longer stops nothing.
          if (what === "leave") caller.abort();
        });
      }
      await bench.clock.advance(10 * MINUTE_MS);
      assert.deepEqual(bench.fakes.namesOf("operate"), asked);
      const reports = bench.events.flatMap((one) => (one.type === "operated" ? [one.report] : []));
      assert.deepEqual(
        reports.map(reasonOf),
        asked.map(() => "done"),
      );
      assert.equal(overlaps(bench), 0);
      assert.deepEqual(bench.ledger.inFlight(), []);
      for (const name of ["a", "b", "c"]) assert.equal(bench.fakes.values.get(name), "good");
      bench.stop();
    }),
    { numRuns: 60 },
  );
});

/** How often something began in the lane while something else was under way. */
function overlaps({ fakes: { calls } }: Bench): number {
  let running = 0;
  let found = 0;
  for (const { verb } of calls) {
    if (verb === "apply" || verb === "operate") {
      if (running > 0) found += 1;
      running += 1;
    } else if (["apply-ends", "apply-fails", "operate-ends"].includes(verb)) running -= 1;
  }
  return found;
}

test("an operation is on record before it begins and after it ends, and its resource is observed then", async () => {
  const bench = await serving([{ name: "a" }], {
    takesMs: (verb) => (verb === "operate" ? 100 : 0),
  });
  const observedBefore = bench.fakes.namesOf("observe").length;
  const asked = poke(bench, "a");
  await bench.clock.advance(50);
  assert.deepEqual(
    bench.ledger.inFlight().map(({ verb, operation }) => [verb, operation]),
    [["run", "poke"]],
  );
  assert.equal((await bench.clock.finish(asked)).status, "done");
  assert.deepEqual(bench.ledger.inFlight(), []);
  await bench.clock.advance(1_000);
  assert.ok(bench.fakes.namesOf("observe").length > observedBefore);
  bench.stop();
});

test("D11, D17: nothing is done with what is paused, noop, only observed or waits for a condition, and nothing is on record", async () => {
  const condition = [{ file: "/srv/there" }];
  const bench = await serving([
    { name: "free" },
    { name: "noop", meta: { noop: true } },
    { name: "closed", meta: { condition } },
  ]);
  const ask = async (name: string) => reasonOf(await bench.clock.finish(poke(bench, name)));
  assert.equal(await ask("noop"), "OperationRefused");
  assert.equal(await ask("closed"), "OperationRefused");
  await bench.engine.pause({ at: "2026-01-01T00:00:00Z" });
  assert.equal(await ask("free"), "Paused");
  await bench.engine.pause(undefined);
  const detecting = await serving([{ name: "free" }], { mode: "detect" });
  assert.equal(reasonOf(await detecting.clock.finish(poke(detecting, "free"))), "OperationRefused");
  for (const one of [bench, detecting]) {
    assert.deepEqual(one.fakes.namesOf("operate"), []);
    assert.deepEqual(
      one.ledger.intents.filter(({ verb }) => verb === "run"),
      [],
    );
    one.stop();
  }
});

test("an operation is published with who asked for it, and without where nobody knows", async () => {
  const bench = await serving([{ name: "a" }]);
  const requester = { uid: 1000, user: "alice" };
  const asked = { id: bench.id("a"), operation: "poke", requester };
  await bench.clock.finish(bench.engine.operate(asked, signal));
  await bench.clock.finish(poke(bench, "a"));
  const reports = bench.events.flatMap((event) =>
    event.type === "operated" ? [event.report.requester] : [],
  );
  assert.deepEqual(reports, [requester, undefined]);
  bench.stop();
});

test("an operation that a resource does not have, and a resource that is not declared, are NotFound", async () => {
  const bench = await serving([{ name: "a" }]);
  const wrong = { id: bench.id("a"), operation: "toString" };
  await assert.rejects(bench.engine.operate(wrong, signal), { reason: "NotFound" });
  await assert.rejects(poke(bench, "nowhere"), { reason: "NotFound" });
  bench.stop();
});

test("a key is used once: what failed may be asked for again, what was cut off waits for a person", async () => {
  const bench = await serving([{ name: "a", meta: { timeoutMs: 1_000 } }]);
  const ask = async (key?: string) => reasonOf(await bench.clock.finish(poke(bench, "a", key)));
  bench.fakes.trouble.set("operate:a", "fail");
  assert.equal(await ask("one"), "HostFailed");
  bench.fakes.trouble.clear();
  assert.equal(await ask("one"), "done");
  assert.equal(await ask("one"), "repeated");
  assert.equal(await ask("two"), "done");
  assert.equal(await ask(), "done");
  assert.equal(bench.fakes.namesOf("operate").length, 4);
  bench.fakes.trouble.set("operate:a", "hang");
  assert.equal(await ask("three"), "ResourceTimeout");
  bench.fakes.trouble.clear();
  await bench.clock.advance(MINUTE_MS);
  assert.equal(await ask("three"), "OutcomeUnknown");
  bench.stop();
});

test("D14: at a stop what runs goes on to its end, and the callers of what waits are told", async () => {
  const fakes = ["a", "b"].map((name) => ({ name, lane: LANE }));
  const bench = await serving(fakes, { takesMs: (verb) => (verb === "operate" ? 1_000 : 0) });
  const [first, second] = [poke(bench, "a"), poke(bench, "b")];
  await bench.clock.advance(10);
  bench.stop();
  const ends = await bench.clock.finish(Promise.all([first, second]));
  assert.deepEqual(ends.map(reasonOf), ["done", "Aborted"]);
  assert.deepEqual(bench.fakes.namesOf("operate"), ["a"]);
  const late = await bench.clock.finish(poke(bench, "a"));
  assert.equal(reasonOf(late), "Aborted");
});

test("an operation without a durable intent is not done", async () => {
  const bench = await serving([{ name: "a" }]);
  const refusal = new Fault({ reason: "LedgerUnavailable", message: "full", resolution: "r" });
  bench.ledger.refusal = refusal;
  assert.equal(reasonOf(await bench.clock.finish(poke(bench, "a"))), "LedgerUnavailable");
  assert.deepEqual(bench.fakes.namesOf("operate"), []);
  bench.stop();
});

test("C4: an operation that a kill cut off is never repeated: its outcome is unknown, and that is published once", async () => {
  const killed = await serving([{ name: "a" }], {
    takesMs: (verb) => (verb === "operate" ? 1e6 : 0),
  });
  void poke(killed, "a", "key").catch(() => {});
  await killed.clock.advance(100);
  const { ledger } = killed;
  assert.equal(ledger.inFlight().length, 1);
  const next = await serving([{ name: "a" }], { ledger });
  const reports = next.events.flatMap((one) => (one.type === "operated" ? [one.report] : []));
  assert.deepEqual(reports.map(reasonOf), ["OutcomeUnknown"]);
  assert.deepEqual(next.fakes.namesOf("operate"), []);
  assert.deepEqual(ledger.inFlight(), []);
  assert.equal(reasonOf(await next.clock.finish(poke(next, "a", "key"))), "OutcomeUnknown");
  next.stop();
});
