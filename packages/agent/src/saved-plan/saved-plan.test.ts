import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault, type Plan, type PlannedAction, resourceId } from "@holdfast/core";
import fc from "fast-check";
import { outsideOf, readSavedPlan, refuseMoved, savedPlanText } from "./saved-plan.ts";

const SUMMARY = {
  create: 0,
  update: 0,
  delete: 0,
  refresh: 0,
  skip: 0,
  inSync: 0,
  unknown: 0,
  refused: 0,
};
const ORIGIN = { agent: "web1", lineage: "1".repeat(32), planned: "p".repeat(64) };

function action(at: number, digest = `d${at}`): PlannedAction {
  const changes = [{ path: "mode", from: "0600", to: "0644", action: "replace" }] as const;
  const id = resourceId("file", `/f${at}`);
  return { id, verb: "update", risk: "benign", cause: "intent", changes, digest };
}

function plan(actions: readonly PlannedAction[], more: Partial<Plan> = {}): Plan {
  const empty = { summary: SUMMARY, warnings: [], diagnostics: [] };
  return { generation: 3, digest: "d", actions, ...empty, origin: ORIGIN, ...more };
}

const read = (saved: Plan) => readSavedPlan(savedPlanText(saved, "/srv/site.yaml"), "site.plan");

function moved(saved: Plan, now: Plan): string {
  try {
    refuseMoved(read(saved), now);
    return "same";
  } catch (error) {
    return error instanceof Fault ? error.reason : String(error);
  }
}

suite("saved plans", () => {
  test("P6: a saved plan is applied while what is left to do is in it, whatever of it has succeeded, and not otherwise", () => {
    const anyActions = fc.uniqueArray(fc.nat({ max: 9 }), { minLength: 1 });
    const law = fc.property(anyActions, anyActions, fc.nat({ max: 9 }), (saved, now, other) => {
      const before = plan(saved.map((at) => action(at)));
      const isPart = now.every((at) => saved.includes(at));
      const after = now.map((at) => action(at));
      assert.equal(moved(before, plan(after)), isPart ? "same" : "PlanOutdated");
      const changed = now.map((at) => action(at, at === other ? "another" : undefined));
      const isSame = isPart && !now.includes(other);
      assert.equal(moved(before, plan(changed)), isSame ? "same" : "PlanOutdated");
      const outside = outsideOf(read(before));
      for (const { id, digest = "" } of after) {
        const query = { id, verb: "update", digest, tags: [], planned: "" } as const;
        const isIn = before.actions.some((one) => one.id === id);
        assert.equal(outside(query) === undefined, isIn);
        assert.ok(outside({ ...query, digest: "another" }) !== undefined);
      }
    });
    fc.assert(law, { numRuns: 200 });
  });

  test("P6: another agent, ledger, generation or manifest is another plan; what is private is not in the file", () => {
    const before = plan([action(1)]);
    assert.equal(moved(before, before), "same");
    for (const other of [{ agent: "web2" }, { lineage: "2".repeat(32) }, { planned: "q" }]) {
      assert.equal(
        moved(before, plan([action(1)], { origin: { ...ORIGIN, ...other } })),
        "PlanOutdated",
      );
    }
    assert.equal(moved(before, plan([action(1)], { generation: 4 })), "PlanOutdated");
    const change = { path: "content", from: "private words", to: "x", action: "replace" } as const;
    const text = savedPlanText(
      plan([{ ...action(1), changes: [{ ...change, isPrivate: true }] }]),
      undefined,
    );
    assert.doesNotMatch(text, /private words/);
    assert.throws(() => readSavedPlan("{}", "x"), /is no saved plan/);
  });
});
