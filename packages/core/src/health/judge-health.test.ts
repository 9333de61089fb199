import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { nameOfProbe, timingOf } from "./health-check.ts";
import {
  afterProbe,
  overallHealth,
  type ProbedHealth,
  unprobed,
  unreadyOf,
  wordsOfHealth,
} from "./judge-health.ts";

const anyThresholds = fc.record({
  failureThreshold: fc.integer({ min: 1, max: 5 }),
  successThreshold: fc.integer({ min: 1, max: 5 }),
});
type Thresholds = Parameters<typeof afterProbe>[2]["thresholds"];

/** Every state on the way, the first included; the n-th probe is at n. */
function play(answers: readonly boolean[], thresholds: Thresholds): readonly ProbedHealth[] {
  const states = [unprobed(0)];
  answers.forEach((passes, at) => {
    const outcome = passes
      ? ({ type: "passed" } as const)
      : ({ type: "failed", why: "no" } as const);
    const before = states.at(-1) ?? unprobed(0);
    states.push(afterProbe(before, outcome, { thresholds, nowMs: at + 1 }));
  });
  return states;
}

const anyAnswers = fc.array(fc.boolean(), { maxLength: 60 });

suite("K11: thresholds", () => {
  test("it turns exactly when as many answers in a row as the threshold say the other", () => {
    fc.assert(
      fc.property(anyAnswers, anyThresholds, (answers, thresholds) => {
        const states = play(answers, thresholds);
        answers.forEach((_answer, at) => {
          const before = states[at]?.status;
          const after = states[at + 1]?.status;
          if (before === "Unknown") return;
          const toUnhealthy = before === "Healthy";
          const needed = toUnhealthy ? thresholds.failureThreshold : thresholds.successThreshold;
          const last = answers.slice(0, at + 1).slice(-needed);
          const isRow = last.length === needed && last.every((passes) => passes !== toUnhealthy);
          assert.equal(after !== before, isRow);
        });
      }),
    );
  });

  test("it is known after at most failureThreshold times successThreshold probes, and never forgotten", () => {
    fc.assert(
      fc.property(anyAnswers, anyThresholds, (answers, thresholds) => {
        const states = play(answers, thresholds);
        const bound = thresholds.failureThreshold * thresholds.successThreshold;
        states.forEach(({ status }, probes) => {
          if (probes >= bound) assert.notEqual(status, "Unknown");
        });
        const firstKnown = states.findIndex(({ status }) => status !== "Unknown");
        if (firstKnown < 0) return;
        for (const { status } of states.slice(firstKnown)) assert.notEqual(status, "Unknown");
      }),
    );
  });

  test("since moves when the status does, and only then; the last failure is kept", () => {
    fc.assert(
      fc.property(anyAnswers, anyThresholds, (answers, thresholds) => {
        const states = play(answers, thresholds);
        states.slice(1).forEach((after, at) => {
          const before = states[at];
          assert.ok(before);
          assert.equal(after.sinceMs, after.status === before.status ? before.sinceMs : at + 1);
          const lastNo = answers.slice(0, at + 1).lastIndexOf(false);
          assert.equal(after.lastFailure?.atMs, lastNo < 0 ? undefined : lastNo + 1);
          assert.ok(after.failures <= thresholds.failureThreshold);
          assert.ok(after.successes <= thresholds.successThreshold);
        });
      }),
    );
  });

  test("one sick part makes the whole sick; only all well ones make it well", () => {
    const word = fc.constantFrom("Unknown", "Healthy", "Unhealthy");
    fc.assert(
      fc.property(fc.array(word), (parts) => {
        const overall = overallHealth(parts);
        assert.equal(overall === "Unhealthy", parts.includes("Unhealthy"));
        assert.equal(
          overall === "Healthy",
          parts.every((part) => part === "Healthy"),
        );
      }),
    );
  });

  test("only readiness holds dependents back, and what is not known does too", () => {
    const check = (as: "readiness" | "liveness", status: ProbedHealth["status"]) => ({
      as,
      status,
    });
    assert.equal(unreadyOf([]), undefined);
    assert.equal(unreadyOf([check("liveness", "Unhealthy")]), undefined);
    assert.equal(unreadyOf([check("readiness", "Healthy")]), undefined);
    assert.equal(unreadyOf([check("readiness", "Unknown")]), "awaited");
    assert.equal(
      unreadyOf([check("readiness", "Unknown"), check("readiness", "Unhealthy")]),
      "failed",
    );
  });

  test("defaults, and names without arguments and queries", () => {
    assert.deepEqual(timingOf({ tcp: "db:1" }), {
      as: "readiness",
      periodMs: 10_000,
      timeoutMs: 2_000,
      failureThreshold: 3,
      successThreshold: 1,
      initialDelayMs: 0,
    });
    assert.equal(timingOf({ tcp: "db:1", periodMs: 500 }).timeoutMs, 500);
    assert.equal(nameOfProbe({ command: ["/bin/check", "--password=x"] }), "command /bin/check");
    assert.equal(nameOfProbe({ http: "http://a:1/b?token=x" }), "http http://a:1/b");
    const name = nameOfProbe({ tcp: "db:1" });
    const sick = {
      ...unprobed(0),
      status: "Unhealthy",
      lastFailure: { why: "no", atMs: 1 },
    } as const;
    assert.equal(wordsOfHealth([{ ...sick, name, as: "readiness" }]), "tcp db:1 (no)");
  });
});
