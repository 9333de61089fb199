import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceId } from "@holdfast/core";
import { Bench, diskFull } from "./bench.ts";

/** What is news to a failing resource and starts it afresh, and what only seems to be (D6, design §6.8). */

/** Waits between attempts, rounded to whole backoffs of five seconds. */
function backoffs(times: readonly number[]): readonly number[] {
  return times.slice(1).map((time, at) => Math.round((time - (times[at] ?? 0)) / 5_000));
}

test("promise 8: while the ledger cannot be written, hints do not make attempts come sooner", async () => {
  const bench = new Bench({ engine: { attempts: 9 } });
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(2_000);
  bench.ledger.refusal = diskFull();
  bench.fakes.tamper("a", "bad");
  for (let second = 0; second < 40; second++) {
    bench.fakes.hint("a", "an echo");
    await bench.clock.advance(1_000);
  }
  const failures = bench.resultsOf("a").filter(({ status }) => status === "failed");
  // At 0, 5, 15 and 35 seconds.
  assert.equal(failures.length, 4);
  bench.stop();
});

test("promise 8: an attempt whose verify could not observe is no news to itself", async () => {
  const bench = new Bench({ engine: { attempts: 9 } });
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(2_000);
  const begunAt = bench.count("apply", "a");
  bench.fakes.trouble.set("apply:a", "no-effect");
  // The observation after each attempt fails, the next one succeeds.
  bench.fakes.onApply = () => bench.fakes.trouble.set("observe:a", "fail");
  bench.fakes.tamper("a", "bad");
  for (let tenth = 0; tenth < 140; tenth++) {
    await bench.clock.advance(50);
    bench.fakes.trouble.delete("observe:a");
    bench.fakes.hint("a", "an echo");
    await bench.clock.advance(50);
  }
  const times = bench.timesOf("apply", "a").slice(begunAt);
  assert.deepEqual(backoffs(times), [1], "one retry within fourteen seconds, after five");
  bench.stop();
});

test("D6: a dependent that cannot be applied does not start its dependency afresh", async () => {
  const bench = new Bench({
    engine: { attempts: 9 },
    takesMs: (verb, name) => (verb === "observe" && name === "base" ? 200 : 0),
  });
  const meta = { dependsOn: [resourceId("fake", "base")] };
  await bench.serve([{ name: "base" }, { name: "top", meta }]);
  await bench.clock.advance(2_000);
  bench.fakes.trouble.set("apply:base", "fail");
  bench.fakes.trouble.set("apply:top", "fail");
  // The dependent finds out that the dependency has drifted, and meanwhile the dependency is hinted itself.
  bench.fakes.tamperUnnoticed("base", "bad");
  bench.fakes.tamper("top", "bad");
  await bench.clock.advance(50);
  bench.fakes.hint("base", "late");
  await bench.clock.advance(40_000);
  const [, ...times] = bench.timesOf("apply", "base");
  assert.deepEqual(backoffs(times), [1, 2, 4]);
  bench.stop();
});

test("D6: an attempt that an operator asked for takes the place of the planned one", async () => {
  const bench = new Bench({
    engine: { attempts: 9 },
    takesMs: (verb) => (verb === "apply" ? 2_000 : 0),
  });
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(5_000);
  bench.fakes.trouble.set("apply:a", "fail");
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(2_500);
  assert.equal(bench.statusOf("a").type, "Failed");
  // The retry is due in about five seconds: in the middle of the attempt that is asked for.
  await bench.clock.advance(3_800);
  bench.engine.hint(bench.id("a"), "operator");
  await bench.clock.advance(20_000);
  const [, first = 0, asked = 0, next = 0] = bench.timesOf("apply", "a");
  assert.ok(asked - first < 6_500, "it is made when it was asked for");
  assert.ok(next - asked > 2_000 + 4_400, "the one after it waits for its own time");
  bench.stop();
});

test("what is there is known as our own while it is as the last apply left it", async () => {
  const found: string[] = [];
  const { ledger } = new Bench();
  const pass = async (value: string, there: string): Promise<void> => {
    const bench = new Bench({ ledger });
    bench.fakes.onApply = (_name, { cause, provenance, isAsLeft }) =>
      found.push(`${cause} ${provenance} ${isAsLeft === true ? "as left" : "changed"}`);
    bench.fakes.values.set("a", there);
    await bench.converge([{ name: "a", value }]);
  };
  await pass("one", "vendor");
  await pass("two", "one");
  await pass("two", "drift");
  await pass("three", "drift");
  assert.deepEqual(found, [
    "intent adopted changed",
    "intent adopted as left",
    "drift adopted changed",
    "intent adopted changed",
  ]);
});
