import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MemoryLedger } from "@holdfast/testing";
import { Bench, type DeclaredFake, diskFull } from "./bench.ts";

const FAKES = 12;

/** What a fake is like when the agent starts, and what the ledger remembers of it. */
const anyFake = fc.record({
  value: fc.constantFrom("good", "good", "good", "bad", undefined),
  memory: fc.constantFrom("nothing", "nothing", "owed", "apply cut off", "refresh cut off"),
  isNoop: fc.boolean(),
});
type AnyFake = typeof anyFake extends fc.Arbitrary<infer T> ? T : never;

/** What one pass comes to, in the order of declaration. */
async function passOver(states: readonly AnyFake[], canSnapshot: boolean): Promise<unknown> {
  const ledger = new MemoryLedger();
  // One at a time, so that the bulk read is over when the second begins.
  const bench = new Bench({ ledger, fakes: { canSnapshot }, engine: { parallel: 1 } });
  const notify = [bench.id("target")];
  const observed = states.map(
    ({ isNoop }, at): DeclaredFake => ({ name: `c${at}`, meta: { noop: isNoop, notify } }),
  );
  const fakes = [...observed, { name: "target" }];
  for (const [at, { value, memory }] of states.entries()) {
    const id = bench.id(`c${at}`);
    if (value !== undefined) bench.fakes.values.set(`c${at}`, value);
    if (memory === "owed") await ledger.owe(id);
    const verb = memory === "apply cut off" ? "update" : "refresh";
    const intent = { id, attempt: `000${at}`, verb, specDigest: "", cause: "intent" } as const;
    if (memory.endsWith("cut off")) await ledger.begin(intent);
  }
  const results = await bench.converge(fakes);
  const bulks = bench.fakes.namesOf("snapshot").length;
  assert.equal(bulks > 0, canSnapshot);
  return fakes.map(({ name }) => ({
    status: results.get(name)?.status,
    value: bench.fakes.values.get(name),
    applies: bench.count("apply", name),
    refreshes: bench.count("refresh", name),
    isOwed: ledger.owed(bench.id(name)),
    isOpen: ledger.inFlight().some(({ id }) => id === bench.id(name)),
  }));
}

test("promise 9, one path: a bulk read at once leads to the same results as an observation of each resource", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyFake, { minLength: FAKES, maxLength: FAKES }), async (states) => {
      assert.deepEqual(await passOver(states, true), await passOver(states, false));
    }),
  );
});

test("promise 9, notify: a change whose outcome the ledger refused is put on record by a bulk read too", async () => {
  const bench = new Bench({ engine: { parallel: 1, retryBaseMs: 60_000 } });
  const notify = [bench.id("target")];
  const others = Array.from({ length: FAKES }, (_, at) => ({ name: `c${at}` }));
  await bench.serve([...others, { name: "source", meta: { notify } }, { name: "target" }]);
  await bench.clock.advance(5_000);
  const before = bench.count("refresh", "target");
  bench.fakes.onApply = () => {
    bench.ledger.refusal = diskFull();
  };
  bench.fakes.tamper("source", "bad");
  await bench.clock.advance(1_000);
  bench.ledger.refusal = undefined;
  bench.engine.hintAll("operator");
  await bench.clock.advance(1_000);
  assert.ok(bench.fakes.namesOf("snapshot").length > 1, "it is read in bulk");
  assert.deepEqual(bench.ledger.inFlight(), []);
  assert.equal(bench.count("refresh", "target"), before + 1);
  bench.stop();
});
