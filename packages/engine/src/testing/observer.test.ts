import assert from "node:assert/strict";
import { test } from "node:test";
import { type ResourceId, resourceId } from "@holdfast/core";
import { Bench } from "./bench.ts";
import type { RunEnd, RunObserver } from "../run-observer.ts";

/** Writes down what is observed: `+stage`, `-stage` and `=verdict`, for each resource. */
function listening() {
  const trigger = new Map<ResourceId, string[]>();
  const note = (id: ResourceId, word: string): void => {
    trigger.set(id, [...(trigger.get(id) ?? []), word]);
  };
  const observer: RunObserver = {
    stage(id, stage) {
      note(id, `+${stage}`);
      let isOver = false;
      return () => {
        assert.equal(isOver, false, `${stage} of ${id} ends once`);
        isOver = true;
        note(id, `-${stage}`);
      };
    },
    ended: (id, { verdict, reason }: RunEnd) =>
      note(id, reason === undefined ? `=${verdict}` : `=${verdict} ${reason}`),
  };
  return { observer, trigger, of: (name: string) => trigger.get(resourceId("fake", name)) ?? [] };
}

const OBSERVATION = ["+observe", "-observe", "+diff", "-diff"];

test("an observer gets every stage of a run in its order, and its verdict", async () => {
  const { observer, of } = listening();
  const bench = new Bench({ observer });
  bench.fakes.tamper("fine", "v1");
  bench.fakes.trouble.set("apply:bad", "fail");
  bench.fakes.trouble.set("observe:dark", "fail");
  await bench.converge([
    { name: "new" },
    { name: "bad" },
    { name: "dark" },
    { name: "after", meta: { dependsOn: [resourceId("fake", "bad")] } },
  ]);
  const applied = [...OBSERVATION, "+apply", "-apply", "+verify", ...OBSERVATION, "-verify"];
  assert.deepEqual(of("new"), [...applied, "=changed"]);
  assert.deepEqual(of("bad").slice(0, applied.length), applied);
  assert.match(of("bad").at(-1) ?? "", /^=failed [A-Z]\w+$/);
  assert.deepEqual(of("dark").slice(0, 2), ["+observe", "-observe"]);
  assert.match(of("dark").at(-1) ?? "", /^=unknown [A-Z]\w+$/);
  assert.deepEqual(of("after"), ["=blocked"], "a blocked resource was not observed");
});

test("a plan is no run: observers get nothing of its observations", async () => {
  const { observer, trigger } = listening();
  const bench = new Bench({ observer });
  await bench.load([{ name: "a" }]);
  await bench.clock.finish(bench.engine.plan(bench.signal));
  assert.equal(trigger.size, 0);
});

test("D15: every stage that begins ends once, also of a kind that throws or hangs", async () => {
  const { observer, trigger } = listening();
  const bench = new Bench({
    observer,
    takesMs: (verb, name) => (name === "slow" && verb === "apply" ? 1e9 : 5),
  });
  await bench.serve([
    { name: "slow" },
    { name: "a" },
    { name: "b", group: "g" },
    { name: "c", group: "g" },
  ]);
  for (const name of ["a", "b", "c"]) bench.fakes.tamper(name, "bad");
  bench.fakes.trouble.set("observe:a", "fail");
  await bench.clock.advance(900_000);
  bench.stop();
  await bench.clock.advance(60_000);
  for (const [id, words] of trigger) {
    const depth = words.reduce(
      (sum, word) => sum + (word[0] === "+" ? 1 : word[0] === "-" ? -1 : 0),
      0,
    );
    assert.equal(depth, 0, `${id}: ${words.join(" ")}`);
  }
  assert.equal(trigger.size, 4);
});
