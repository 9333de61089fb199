import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { DaemonFault, toDaemonFault } from "../daemon-fault.ts";
import { allOf, checkProbe, type Probe } from "./probe.ts";

const never = new AbortController().signal;

/** A tree of probes: a leaf answers after some time, or never and whatever its signal says. */
type Tree =
  | { readonly type: "leaf"; readonly afterMs: number | undefined; readonly isWell: boolean }
  | { readonly type: "all"; readonly parts: readonly Tree[] };

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    fc.record({
      type: fc.constant("leaf" as const),
      afterMs: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined, freq: 6 }),
      isWell: fc.boolean(),
    }),
    fc.record({
      type: fc.constant("all" as const),
      parts: fc.array(tie("tree"), { maxLength: 4 }),
    }),
  ),
}));

/** When a tree has an answer, and which: the rule of M7, said again in another way. */
function expectedOf(each: Tree): { readonly atMs: number; readonly isWell: boolean } {
  if (each.type === "leaf") return { atMs: each.afterMs ?? Infinity, isWell: each.isWell };
  const parts = each.parts.map(expectedOf);
  const firstFailure = Math.min(...parts.filter(({ isWell }) => !isWell).map(({ atMs }) => atMs));
  if (firstFailure < Infinity) return { atMs: firstFailure, isWell: false };
  return { atMs: Math.max(0, ...parts.map(({ atMs }) => atMs)), isWell: true };
}

function build(each: Tree, clock: VirtualClock, asked: { count: number }): Probe {
  if (each.type === "all") {
    return allOf(
      "all",
      each.parts.map((part) => build(part, clock, asked)),
    );
  }
  const { afterMs, isWell } = each;
  return {
    name: "leaf",
    check: () => {
      asked.count += 1;
      return new Promise((resolve, reject) => {
        if (afterMs === undefined) return;
        const fault = new DaemonFault({ reason: "Off", message: "off", resolution: "On." });
        clock.schedule(afterMs, isWell ? resolve : () => reject(fault));
      });
    },
  };
}

const leavesOf = (each: Tree): number =>
  each.type === "leaf" ? 1 : each.parts.reduce((sum, part) => sum + leavesOf(part), 0);

test("M7: a nest of probes is asked at once, and answers with the first failure or the last success", async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (root) => {
      const clock = new VirtualClock();
      const asked = { count: 0 };
      const startMs = clock.monotonicMs();
      const expected = expectedOf({ type: "all", parts: [root] });
      const probe = allOf("root", [build(root, clock, asked)]);
      const answer = checkProbe(probe, { clock, timeoutMs: 1_000 }, never).then(
        () => "well",
        (error: unknown) => toDaemonFault(error).reason,
      );
      await clock.settle();
      assert.equal(asked.count, leavesOf(root), "all at once");
      const said = await clock.finish(answer);
      if (expected.atMs === Infinity) {
        assert.equal(said, "ProbeTimeout");
      } else {
        assert.equal(said, expected.isWell ? "well" : "Off");
        assert.equal(clock.monotonicMs() - startMs, expected.atMs);
      }
    }),
    { numRuns: 300 },
  );
});

suite("composites", () => {
  test("M7: none is ready", async () => {
    await allOf("nothing", []).check(never);
    await allOf("nothing", [allOf("in", []), allOf("it", [])]).check(never);
  });

  test("M7: they nest to any depth", async () => {
    let probe: Probe = { name: "leaf", check: () => Promise.reject(new Error("no")) };
    for (let depth = 0; depth < 12_000; depth += 1) probe = allOf("a", [probe]);
    await assert.rejects(probe.check(never), { message: /^(?:a: )+leaf: no$/ });
  });

  test("M7: the first failure aborts the rest, at every depth", async () => {
    const aborted: string[] = [];
    const waiting = (name: string): Probe => ({
      name,
      check: (signal) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => {
            aborted.push(name);
            reject(new Error("aborted"));
          }),
        ),
    });
    const bad: Probe = { name: "bad", check: () => Promise.reject(new Error("no")) };
    const probe = allOf("top", [waiting("a"), allOf("inner", [waiting("b"), bad]), waiting("c")]);
    await assert.rejects(probe.check(never), { message: "inner: bad: no" });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(aborted.toSorted(), ["a", "b", "c"]);
  });

  test("M7: a failure carries reason and resolution, one that is no fault gets them", async () => {
    const fault = new DaemonFault({ reason: "Off", message: "off", resolution: "Switch it on." });
    const failing = (name: string, error: Error): Probe => ({
      name,
      // Before its first wait, as a mistake does.
      check: () => {
        throw error;
      },
    });
    await assert.rejects(allOf("x", [failing("a", fault)]).check(never), {
      reason: "Off",
      message: "a: off",
      resolution: "Switch it on.",
    });
    await assert.rejects(allOf("x", [failing("b", new Error("huh"))]).check(never), {
      reason: "ProbeFailed",
      message: "b: huh",
      resolution: "Find out why the probe b fails.",
    });
    const foreign = Object.assign(new Error("gone"), {
      reason: "NotFound",
      resolution: "Make it.",
    });
    await assert.rejects(allOf("x", [failing("c", foreign)]).check(never), {
      reason: "NotFound",
      resolution: "Make it.",
    });
  });

  test("M7: a probe that ignores its signal holds neither the others nor an abort", async () => {
    const deaf: Probe = { name: "deaf", check: () => new Promise(() => {}) };
    const bad: Probe = { name: "bad", check: () => Promise.reject(new Error("no")) };
    await assert.rejects(allOf("x", [deaf, bad]).check(never), { message: "bad: no" });
    const stop = new AbortController();
    const asked = allOf("x", [allOf("y", [deaf])]).check(stop.signal);
    stop.abort();
    await assert.rejects(asked, { reason: "Aborted" });
    await assert.rejects(allOf("x", [deaf]).check(AbortSignal.abort()), { reason: "Aborted" });
  });
});
