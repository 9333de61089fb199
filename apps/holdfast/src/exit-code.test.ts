import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Fault,
  type Plan,
  type PlannedAction,
  resourceId,
  type ResultSummary,
} from "@holdfast/core";
import fc from "fast-check";
import {
  endingOfFault,
  endingOfPlan,
  endingOfResults,
  endingOfServe,
  EXIT_CODES,
  exitCode,
} from "./exit-code.ts";

const NONE: ResultSummary = {
  ok: 0,
  changed: 0,
  failed: 0,
  skipped: 0,
  noop: 0,
  denied: 0,
  unknown: 0,
  total: 0,
  durationMs: 1,
};

function results(counts: Partial<ResultSummary>): ResultSummary {
  return { ...NONE, ...counts };
}

const fault = new Fault({ reason: "HostFailed", message: "m", resolution: "r" }).toJSON();

function plan(actions: readonly Partial<PlannedAction>[], inSync: number): Plan {
  const blank = {
    id: resourceId("file", "/a"),
    verb: "update",
    risk: "benign",
    cause: "intent",
    changes: [],
  } as const;
  const counts = { create: 0, update: 0, delete: 0, refresh: 0, skip: 0 };
  const summary = { ...counts, inSync, unknown: 0, refused: 0 };
  return {
    generation: 1,
    digest: "d",
    actions: actions.map((action) => ({ ...blank, ...action })),
    summary,
    warnings: [],
    diagnostics: [],
  };
}

test("exit codes: the table of the design, detailed", () => {
  const detailed = Object.entries(EXIT_CODES).map(([ending, code]) => [ending, code.detailed]);
  assert.deepEqual(Object.fromEntries(detailed), {
    inSync: 0,
    error: 1,
    changed: 2,
    someFailed: 3,
    allFailed: 4,
    changesPending: 5,
    notPrivileged: 10,
    notFound: 11,
  });
});

test("exit codes: without details 0, 2 and 5 are 0 and the rest is 1", () => {
  for (const { detailed, plain } of Object.values(EXIT_CODES)) {
    assert.equal(plain, [0, 2, 5].includes(detailed) ? 0 : 1);
  }
  assert.equal(exitCode("notPrivileged", true), 10);
  assert.equal(exitCode("notPrivileged", false), 1);
});

test("exit codes: a fault ends as not privileged, not found or an error", () => {
  assert.equal(endingOfFault("NotPrivileged"), "notPrivileged");
  assert.equal(endingOfFault("NotFound"), "notFound");
  assert.equal(endingOfFault("InputInvalid"), "error");
});

test("exit codes: an apply ends as its worst resource", () => {
  const cases: readonly (readonly [Partial<ResultSummary>, string])[] = [
    [{}, "inSync"],
    [{ ok: 3 }, "inSync"],
    [{ ok: 3, changed: 1 }, "changed"],
    [{ ok: 3, noop: 1 }, "changesPending"],
    [{ changed: 1, noop: 1 }, "changed"],
    [{ changed: 1, failed: 1 }, "someFailed"],
    [{ ok: 1, denied: 1 }, "someFailed"],
    [{ ok: 1, unknown: 1 }, "someFailed"],
    [{ failed: 1, skipped: 5 }, "allFailed"],
    [{ unknown: 2 }, "allFailed"],
    [{ ok: 1, skipped: 2 }, "error"],
    [{ ok: 1, skipped: 2, waiting: 2 }, "changesPending"],
    [{ changed: 1, skipped: 1, waiting: 1 }, "changed"],
    [{ skipped: 2, waiting: 1 }, "error"],
  ];
  for (const [counts, ending] of cases) assert.equal(endingOfResults(results(counts)), ending);
});

test("D14: serving that was asked to stop ends well although it had not come to everything", () => {
  const summary = results({ ok: 1, changed: 1, skipped: 2 });
  assert.equal(endingOfServe(summary, true), "changed");
  assert.equal(endingOfServe(summary, false), "error");
  assert.equal(endingOfServe(results({ failed: 1, skipped: 2 }), true), "allFailed");
});

test("exit codes: with a failure among them no apply is a success, whatever else there is", () => {
  const counts = fc.record({
    ok: fc.nat(3),
    changed: fc.nat(3),
    skipped: fc.nat(3),
    noop: fc.nat(3),
    bad: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom("failed", "denied", "unknown"),
  });
  fc.assert(
    fc.property(counts, ({ bad, kind, ...rest }) => {
      const ending = endingOfResults(results({ ...rest, [kind]: bad }));
      assert.equal(exitCode(ending, false), 1);
      assert.ok(exitCode(ending, true) === 3 || exitCode(ending, true) === 4);
    }),
  );
});

test("exit codes: a plan is pending, in sync, or has failed resources", () => {
  const differs = [{ path: "mode", from: "0600", to: "0644", action: "replace" as const }];
  assert.equal(endingOfPlan(plan([], 3)), "inSync");
  assert.equal(endingOfPlan(plan([{}], 3)), "changesPending");
  assert.equal(
    endingOfPlan(plan([{ verb: "skip", reason: "noop", changes: differs }], 0)),
    "changesPending",
  );
  assert.equal(endingOfPlan(plan([{ verb: "skip", fault }], 3)), "someFailed");
  assert.equal(endingOfPlan(plan([{ verb: "skip", fault }, {}], 0)), "someFailed");
  // D20: what will be refused is a failure that is known before.
  assert.equal(endingOfPlan(plan([{ verb: "create", fault }], 0)), "allFailed");
  assert.equal(endingOfPlan(plan([{ verb: "create", fault }, {}], 0)), "someFailed");
  assert.equal(endingOfPlan(plan([{ verb: "skip", fault }], 0)), "allFailed");
});
