import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../fault/fault.ts";
import { resourceId } from "../id.ts";
import { type PolicyDecision, postGate, type PostGateInput, preGate } from "./gate.ts";

const id = resourceId("file", "/a");
const kindRefusal = new Fault({ reason: "UnsupportedPlatform", message: "m", resolution: "r" });

test("D11: before anything is read a refused kind comes first, then dependencies, conditions, pause", () => {
  const all = {
    id,
    kindRefusal,
    blockedBy: id,
    unmetCondition: "/srv is no mount point",
    isPaused: true,
  };
  assert.equal(preGate(all).type, "deny");
  const { kindRefusal: _refusal, ...known } = all;
  assert.deepEqual(preGate(known), { type: "blocked", by: id });
  const { blockedBy: _blocker, ...free } = known;
  const reason = "/srv is no mount point";
  assert.deepEqual(preGate(free), { type: "defer", waitingFor: "condition", reason });
  assert.deepEqual(preGate({ id, isPaused: true }), { type: "defer", waitingFor: "paused" });
  assert.deepEqual(preGate({ id }), { type: "allow" });
});

test("D5, D17: on the fresh diff noop and detect-only come first, then what holds back, then policy, then the limit", () => {
  const anyPolicy = fc.constantFrom<PolicyDecision>(
    { type: "allow" },
    { type: "deny", fault: kindRefusal },
    { type: "wait", waitingFor: "veto", reason: "backup" },
  );
  const anyInput: fc.Arbitrary<PostGateInput> = fc
    .tuple(
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.option(fc.nat(), { nil: undefined }),
      fc.boolean(),
      fc.option(fc.constant("undone"), { nil: undefined }),
      anyPolicy,
    )
    .map(([isNoop, isDetectOnly, isStopping, limitedUntilMs, isPaused, hold, policy]) => ({
      id,
      changes: [],
      isNoop,
      isDetectOnly,
      isStopping,
      policy: () => policy,
      ...(hold === undefined ? {} : { hold }),
      ...(limitedUntilMs === undefined ? {} : { limitedUntilMs }),
      isPaused,
    }));
  fc.assert(
    fc.property(anyInput, (input) => {
      const decision = postGate(input);
      const policy = input.policy();
      const isFree = !input.isNoop && !input.isDetectOnly;
      if (!isFree) assert.equal(decision.type, "observe-only");
      else if (input.isStopping || input.isPaused) {
        assert.deepEqual(decision, { type: "defer", waitingFor: "paused" });
      } else if (input.hold !== undefined) {
        assert.deepEqual(decision, { type: "defer", waitingFor: "hold", reason: "undone" });
      } else if (policy.type === "deny") assert.equal(decision, policy);
      else if (policy.type === "wait") {
        const { waitingFor, reason } = policy;
        assert.deepEqual(decision, { type: "defer", waitingFor, reason });
      } else if (input.limitedUntilMs === undefined) assert.equal(decision.type, "allow");
      else {
        const { limitedUntilMs: untilMs } = input;
        assert.deepEqual(decision, { type: "defer", waitingFor: "limit", untilMs });
      }
    }),
  );
});
