import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Change,
  change,
  Fault,
  type Json,
  type JsonObject,
  type Plan,
  type PlannedAction,
  type Reader,
  type Result,
  resourceId,
  summarize,
} from "@holdfast/core";
import fc from "fast-check";
import { planIn, sentPlan } from "./plan.ts";
import { reportIn, reportJson } from "./report.ts";

const ROOT = { uid: 0 };
const anyId = fc.constantFrom(resourceId("file", "/a"), resourceId("exec", "x:y"));
const anyValue: fc.Arbitrary<Json> = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const anyChange: fc.Arbitrary<Change> = fc
  .tuple(
    fc.string(),
    fc.option(anyValue, { nil: undefined }),
    fc.option(anyValue, { nil: undefined }),
  )
  .filter(([, from, to]) => from !== undefined || to !== undefined)
  .map(([path, from, to]) => change(path, from, to));
const anyFault = fc
  .tuple(fc.string(), fc.string())
  .map(([message, resolution]) => new Fault({ reason: "NotFound", message, resolution }).toJSON());

const anyAction: fc.Arbitrary<PlannedAction> = fc.record(
  {
    id: anyId,
    verb: fc.constantFrom("create", "update", "delete", "refresh", "skip"),
    risk: fc.constantFrom("benign", "disruptive", "destructive"),
    impact: fc.constantFrom("none", "reload", "restart", "reboot", "data"),
    why: fc.string(),
    canBeUndone: fc.boolean(),
    waitsFor: fc.constantFrom<PlannedAction["waitsFor"] & object>(
      { for: "window", reason: "closed" },
      { for: "approval", reason: "destructive", digest: "d" },
    ),
    cause: fc.constantFrom("intent", "drift"),
    changes: fc.array(anyChange),
    blockedBy: anyId,
    reason: fc.string({ minLength: 1 }),
    fault: anyFault,
  },
  { noNullPrototype: true, requiredKeys: ["id", "verb", "risk", "cause", "changes"] },
);

const anyResult: fc.Arbitrary<Result> = fc.record(
  {
    id: anyId,
    status: fc.constantFrom("ok", "changed", "failed", "skipped", "noop", "denied", "unknown"),
    cause: fc.constantFrom("intent", "drift"),
    changes: fc.array(anyChange),
    durationMs: fc.nat(),
    blockedBy: anyId,
    reason: fc.string({ minLength: 1 }),
    fault: anyFault,
  },
  { noNullPrototype: true, requiredKeys: ["id", "status", "cause", "changes", "durationMs"] },
);

const UNCHANGED = {
  create: 0,
  update: 0,
  delete: 0,
  refresh: 0,
  skip: 0,
  inSync: 0,
  unknown: 0,
  refused: 0,
};

function overTheWire(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

test("control: a plan is on this side of the socket what it was on the other", () => {
  fc.assert(
    fc.property(
      fc.array(anyAction),
      fc.nat(),
      fc.array(fc.string()),
      (actions, count, warnings) => {
        const summary = {
          create: count,
          update: 1,
          delete: 2,
          refresh: 3,
          skip: 4,
          inSync: 5,
          unknown: 6,
          refused: 7,
        };
        const plan: Plan = {
          generation: 7,
          digest: "d",
          actions,
          summary,
          warnings,
          diagnostics: [],
        };
        assert.deepEqual(planIn(overTheWire(wholePlan(plan, ROOT))), plan);
      },
    ),
  );
});

test("control: a report is on this side of the socket what it was on the other", () => {
  fc.assert(
    fc.property(fc.array(anyResult), fc.nat(), (results, durationMs) => {
      const summary = summarize(results, durationMs);
      const report = { generation: 7, digest: "d", results, summary };
      assert.deepEqual(reportIn(overTheWire(reportJson(report, ROOT))), report);
      const left = { ...report, orphans: [{ id: resourceId("file", "/gone"), why: "it stays" }] };
      assert.deepEqual(reportIn(overTheWire(reportJson(left, ROOT))), left);
    }),
  );
});

test("control: whatever an agent of another version sends, a plan or a report is read", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("actions", "results", "summary", "digest"), fc.jsonValue()),
      (answer) => {
        assert.ok(planIn(answer));
        assert.ok(reportIn(answer));
      },
    ),
  );
});

test("control: a value that not everyone may read does not go over the socket to others", () => {
  const changes = [{ ...change("content", "old", "new"), isPrivate: true as const }];
  const action: PlannedAction = {
    id: resourceId("file", "/a"),
    verb: "update",
    risk: "benign",
    cause: "intent",
    changes,
  };
  const plan = { generation: 1, digest: "d", actions: [action], warnings: [], diagnostics: [] };
  const summary = { ...UNCHANGED, update: 1, skip: 0 };
  for (const uid of [1000, undefined]) {
    assert.doesNotMatch(JSON.stringify(wholePlan({ ...plan, summary }, { uid })), /"old"|"new"/);
  }
});

test("D19: who may act is sent long values whole, and who may only read their size", () => {
  const changes = [change("content", "old", "x".repeat(3_000))];
  const id = resourceId("file", "/a");
  const action = { id, verb: "update", risk: "benign", cause: "intent", changes } as const;
  const summary = { ...UNCHANGED, update: 1 };
  const rest = { generation: 1, digest: "d", warnings: [], diagnostics: [], summary };
  const sent = (isWhole: boolean) =>
    planIn(wholePlan({ ...rest, actions: [action] }, { uid: 1000 }, isWhole)).actions[0]?.changes;
  assert.deepEqual(sent(true), changes);
  assert.equal(sent(false)?.[0]?.to, "‹3000 characters›");
});

test("D19: of a plan that is no longer kept nothing more is sent", () => {
  const id = resourceId("file", "/a");
  const action = { id, verb: "skip", risk: "benign", cause: "intent", changes: [] } as const;
  const summary = { ...UNCHANGED, update: 0, skip: 2 };
  const rest = { generation: 1, digest: "d", warnings: [], diagnostics: [], summary };
  const plan: Plan = { ...rest, actions: [action, action] };
  let isKept = true;
  const { actions } = sentPlan({ value: () => (isKept ? plan : assert.fail("gone")) }, ROOT, {
    isWhole: true,
  });
  const sent = actions[Symbol.iterator]();
  assert.match(JSON.stringify(sent.next()), /"id":"file:\/a"/);
  isKept = false;
  assert.throws(() => sent.next(), /gone/);
});

function wholePlan(plan: Plan, reader: Reader, isWhole = true): JsonObject {
  const { head, actions } = sentPlan({ value: () => plan }, reader, { isWhole });
  return { ...head, actions: [...actions] };
}
