import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { listStandardKinds } from "@holdfast/resources";
import { createSimulatedHost } from "@holdfast/testing";
import { drawSteps } from "./history/draw-steps.ts";
import { play } from "./history/play.ts";
import { only, shrink } from "./history/shrink.ts";
import { World } from "./machine/world.ts";

/** Seeds; `npm run test:long` plays more of them, and `npm run simulate` as many as one likes. */
const RUNS = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 60 : 15;
const STEPS = 120;

suite("random histories", () => {
  test("promises 1 to 14: every promise holds after every step, and everything converges at the end", async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const { breach } = await play({ seed, steps: drawSteps(seed, STEPS) });
      const published = `npm run simulate -- --seed=${seed} --runs=1 --steps=${STEPS}`;
      assert.equal(breach, undefined, `${published}: ${breach?.invariant}: ${breach?.detail}`);
    }
  });

  test("one seed is one history, to the last word", async () => {
    const history = { seed: 7, steps: drawSteps(7, STEPS) };
    const [first, second] = [await play(history, true), await play(history, true)];
    assert.ok(first.story.length > STEPS);
    assert.deepEqual(first, second);
  });

  test("K5: a process that ends between the key of a one-shot and its command does not run it", async () => {
    let runs = 0;
    const once = () => ({ exitCode: runs++ });
    const world: World = new World(
      {
        seed: 1,
        mode: "enforce",
        numbers: {},
        kinds: listStandardKinds(),
        host: ({ oneShots, ...parts }) => {
          const begin = async (key: string, signal: AbortSignal): Promise<void> => {
            await oneShots.begin(key, signal);
            world.kill();
          };
          return createSimulatedHost({
            ...parts,
            oneShots: { ...oneShots, begin },
            programs: { once },
          });
        },
      },
      () => {},
    );
    const spec = { command: ["once"], idempotencyKey: "k" };
    await world.declare([{ kind: "exec", name: "once", spec, meta: {} }]);
    await world.boot("converge");
    await world.advance(1_000);
    assert.equal(world.process, undefined, "it has ended");
    assert.match(world.disk.durableText, /"key":"k","as":"begun"/);
    assert.equal(runs, 0);
  });

  test("steps are drawn each for itself: leaving one out changes no other", () => {
    const steps = drawSteps(3, 20);
    assert.deepEqual(drawSteps(3, 10), steps.slice(0, 10));
    assert.deepEqual(only({ seed: 3, steps }, [4, 7]).steps, [steps[4], steps[7]]);
  });

  test("a history is shrunk to the steps that a breach needs", async () => {
    // No engine breaks a promise here; what ends too late for one does.
    const breach = { invariant: "none", proves: "", detail: "", afterSteps: 12 };
    const history = { seed: 5, steps: drawSteps(5, 30) };
    const { kept } = await shrink(history, breach);
    assert.equal(kept.length, 12, "nothing can be left out of what does not break");
  });
});
