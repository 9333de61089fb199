import assert from "node:assert/strict";
import { test } from "node:test";
import { Bench } from "./bench.ts";

/** What reading the clock costs here; everything else costs nothing, so the clock counts what is done. */
const OBSERVE_MS = 0.01;
const COUNT = 2_000;

/** A bench whose time passes while it works, and how long each of its turns was. */
async function serveBusily() {
  const bench = new Bench();
  const names = Array.from({ length: COUNT }, (_, at) => `c${at}`);
  for (const name of names) bench.fakes.values.set(name, "good");
  const { served } = await bench.serve(names.map((name) => ({ name })));
  const turnsMs: number[] = [];
  const { clock } = bench;
  const idleMs = clock.monotonicMs.bind(clock);
  let busyMs = 0;
  let turnStartMs = 0;
  clock.monotonicMs = () => idleMs() + (busyMs += OBSERVE_MS);
  clock.yieldTurn = async () => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (busyMs > turnStartMs) turnsMs.push(busyMs - turnStartMs);
    turnStartMs = busyMs;
  };
  return { bench, served, turnsMs };
}

test("D10: a resync of 2,000 in-sync resources leaves the loop to others again and again, and ends", async () => {
  const { bench, turnsMs } = await serveBusily();
  const { results, summary } = await bench.engine.reconcileNow({}, bench.signal);
  assert.equal(results.length, COUNT);
  assert.equal(summary.ok, COUNT);
  const totalMs = turnsMs.reduce((sum, ms) => sum + ms, 0);
  // A hint of each is taken in at once; the runs that were under way when a slice was over end in it.
  const mostMs = COUNT * OBSERVE_MS + 2 + 64 * 10 * OBSERVE_MS;
  assert.ok(totalMs > 2 * mostMs, `${totalMs} ms are too little to measure anything`);
  assert.ok(Math.max(...turnsMs) <= mostMs, `a turn of ${Math.max(...turnsMs)} ms`);
  const ofRuns = turnsMs.slice(1);
  assert.ok(
    Math.max(...ofRuns) <= mostMs - COUNT * OBSERVE_MS,
    `then one of ${Math.max(...ofRuns)} ms`,
  );
  bench.stop();
});

test("D3: a change without a hint is found by a resync in slices as well", async () => {
  const { bench } = await serveBusily();
  for (const name of ["c0", "c999", "c1999"]) bench.fakes.tamperUnnoticed(name, "bad");
  const { summary } = await bench.engine.reconcileNow({}, bench.signal);
  assert.equal(summary.changed, 3);
  assert.deepEqual(new Set(bench.fakes.values.values()), new Set(["good"]));
  bench.stop();
});

test("D14: a stop in the middle of a resync in slices ends the engine", async () => {
  const { bench, served, turnsMs } = await serveBusily();
  const asked = bench.engine.reconcileNow({}, bench.signal);
  while (turnsMs.length < 3) await bench.clock.yieldTurn();
  bench.stop();
  const { results } = await asked;
  assert.ok(results.length < COUNT, "it was in the middle");
  await bench.clock.finish(served);
});
