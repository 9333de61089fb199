import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { change } from "../change.ts";
import { Fault } from "../fault/fault.ts";
import { resourceId } from "../id.ts";
import { observedGenerationOf, viewOf } from "./derive.ts";
import type { ResourceStatus, StatusBody, WaitReason } from "./status.ts";

const fault = new Fault({
  reason: "DiskFull",
  message: "no space",
  resolution: "Free some.",
}).toJSON();
const by = resourceId("file", "/a");
const REASONS: readonly WaitReason[] = [
  "condition",
  "window",
  "limit",
  "approval",
  "paused",
  "hold",
];

/** One of each, by a name for the table. */
const BODIES = {
  Pending: { type: "Pending" },
  Reconciling: { type: "Reconciling" },
  Ready: { type: "Ready", details: {} },
  Drifted: { type: "Drifted", changes: [change("mode", "0600", "0644")] },
  DriftedAway: { type: "Drifted", changes: [change("state", undefined, "present")] },
  FailedRetried: { type: "Failed", fault, retryAtMs: 5 },
  FailedForGood: { type: "Failed", fault },
  Blocked: { type: "Blocked", by },
  Denied: { type: "Denied", fault },
  UnknownRetried: { type: "Unknown", fault, retryAtMs: 5 },
  UnknownKind: { type: "UnknownKind" },
} as const satisfies Record<string, StatusBody>;

const TABLE: Readonly<Record<keyof typeof BODIES, string>> = {
  Pending: "Ready=Unknown Reconciling=False Stalled=False Unknown Progressing Idle unknown",
  Reconciling:
    "Ready=False Reconciling=True Stalled=False OutOfSync Progressing Syncing converging",
  Ready: "Ready=True Reconciling=False Stalled=False Synced Healthy Idle compliant",
  Drifted: "Ready=False Reconciling=False Stalled=False OutOfSync Degraded Idle noncompliant",
  DriftedAway: "Ready=False Reconciling=False Stalled=False OutOfSync Missing Idle noncompliant",
  FailedRetried: "Ready=False Reconciling=True Stalled=False OutOfSync Degraded Waiting converging",
  FailedForGood: "Ready=False Reconciling=False Stalled=True OutOfSync Degraded Idle noncompliant",
  Blocked: "Ready=False Reconciling=False Stalled=False Unknown Degraded Waiting unknown",
  Denied: "Ready=False Reconciling=False Stalled=True Unknown Degraded Idle noncompliant",
  UnknownRetried: "Ready=Unknown Reconciling=False Stalled=False Unknown Degraded Waiting unknown",
  UnknownKind: "Ready=False Reconciling=False Stalled=True Unknown Degraded Idle noncompliant",
};

function wordsOf(status: ResourceStatus): string {
  const { conditions, sync, health, operation, compliance } = viewOf(status);
  const published = conditions.map(({ type, status: value }) => `${type}=${value}`);
  return [...published, sync, health, operation, compliance].join(" ");
}

test("D7: the meaning of each status in every view", () => {
  for (const name of Object.keys(BODIES) as (keyof typeof BODIES)[]) {
    assert.equal(wordsOf({ ...BODIES[name], sinceMs: 0 }), TABLE[name], name);
  }
});

test("D6: beyond its attempts a failing resource is stalled and noncompliant, though it is tried again", () => {
  const stalled = { ...BODIES.FailedRetried, sinceMs: 0, isStalled: true } as const;
  assert.equal(
    wordsOf(stalled),
    "Ready=False Reconciling=False Stalled=True OutOfSync Degraded Waiting noncompliant",
  );
});

test("D16: flapping is degraded health of what is in sync, and is said", () => {
  const view = viewOf({ ...BODIES.Ready, sinceMs: 0, isFlapping: true });
  assert.equal(view.health, "Degraded");
  assert.equal(view.compliance, "compliant");
  assert.equal(view.conditions[0]?.reason, "Flapping");
  assert.match(view.message, /again and again/);
});

test("K11: health is shown beside what is in sync, and changes nothing else", () => {
  const check = {
    name: "tcp db:1",
    as: "readiness",
    sinceMs: 0,
    successes: 0,
    failures: 3,
  } as const;
  const lastFailure = { why: "connection refused", atMs: 1 };
  const published = (status: "Unknown" | "Healthy" | "Unhealthy") => {
    const health = { status, sinceMs: 0, checks: [{ ...check, status, lastFailure }] };
    const view = viewOf({ ...BODIES.Ready, sinceMs: 0, health });
    assert.equal(view.compliance, "compliant");
    assert.equal(view.sync, "Synced");
    const failed = viewOf({ ...BODIES.FailedForGood, sinceMs: 0, health });
    assert.deepEqual(failed, viewOf({ ...BODIES.FailedForGood, sinceMs: 0 }));
    return `${view.health}: ${view.message}`;
  };
  assert.equal(published("Healthy"), "Healthy: as declared");
  assert.equal(
    published("Unknown"),
    "Progressing: as declared; whether it is healthy is not known yet",
  );
  assert.equal(
    published("Unhealthy"),
    "Degraded: as declared, but not healthy: tcp db:1 (connection refused)",
  );
  const blocked = { type: "Blocked", by, sinceMs: 0 } as const;
  assert.match(viewOf({ ...blocked, unready: "failed" }).message, /, which is not ready$/);
  assert.match(viewOf({ ...blocked, unready: "awaited" }).message, /, which is not ready yet$/);
});

test("D11: the missing conditions of a waiting resource are named", () => {
  const status = { type: "Waiting", for: "condition", sinceMs: 0 } as const;
  assert.equal(viewOf(status).message, "waits for a condition");
  const reason = "/srv is no mount point";
  assert.equal(viewOf({ ...status, reason }).message, `waits for a condition: ${reason}`);
});

const anyStatus: fc.Arbitrary<ResourceStatus> = fc
  .tuple(
    fc.constantFrom<StatusBody>(
      ...Object.values(BODIES),
      ...REASONS.map((reason): StatusBody => ({ type: "Waiting", for: reason })),
    ),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([body, isStalled, isFlapping]) => ({
    ...body,
    sinceMs: 0,
    ...(isStalled ? { isStalled } : {}),
    ...(isFlapping ? { isFlapping } : {}),
  }));

test("the views never contradict each other", () => {
  fc.assert(
    fc.property(anyStatus, (status) => {
      const { conditions, sync, health, operation, compliance, message } = viewOf(status);
      const is = (type: string): boolean =>
        conditions.some((condition) => condition.type === type && condition.status === "True");
      if (compliance === "compliant") assert.equal(sync, "Synced");
      if (is("Ready")) assert.equal(sync, "Synced");
      if (sync === "Unknown") assert.notEqual(compliance, "compliant");
      if (status.type === "Waiting") assert.equal(health, "Suspended");
      if (operation === "Syncing") assert.ok(is("Reconciling"));
      assert.ok(!(is("Stalled") && is("Reconciling")), "stalled is not at work");
      assert.ok(!(is("Stalled") && is("Ready")));
      assert.match(message, /^\S.*[^.\s]$/s);
      for (const { reason } of conditions) assert.match(reason, /^[A-Z][A-Za-z]+$/);
    }),
  );
});

test("F2: the observed generation moves when everything has a verdict, and never back", () => {
  const at = (observedGeneration?: number) =>
    observedGeneration === undefined ? {} : { observedGeneration };
  assert.equal(observedGenerationOf(undefined, 1, [at(1), at()]), undefined);
  assert.equal(observedGenerationOf(undefined, 1, [at(1), at(1)]), 1);
  assert.equal(observedGenerationOf(1, 2, [at(2), at(1)]), 1);
  assert.equal(observedGenerationOf(1, 2, []), 2);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 5 }), fc.array(fc.nat({ max: 5 })))), (steps) => {
      let observed: number | undefined;
      for (const [generation, statuses] of steps) {
        const next = observedGenerationOf(observed, generation, statuses.map(at));
        assert.ok((next ?? -1) >= (observed ?? -1));
        observed = next;
      }
    }),
  );
});
