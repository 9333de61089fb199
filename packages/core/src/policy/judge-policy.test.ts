import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { change } from "../change.ts";
import type { PolicyDecision } from "../gate/gate.ts";
import type { Risk } from "../gate/risk.ts";
import { resourceId } from "../id.ts";
import type { ResourceMeta } from "../resource/meta.ts";
import {
  type BudgetState,
  type JudgedByPolicy,
  judgePolicy,
  type PolicyInput,
} from "./judge-policy.ts";
import { ALLOW_EVERYTHING, DEFAULT_POLICY, type Policy, type PolicyRule } from "./policy.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = 1_000_000_000_000;
const RISKS: readonly Risk[] = ["benign", "disruptive", "destructive"];
const CLOSED = { opens: "closed", timeZone: "UTC", durationMs: HOUR_MS, match: {} };
const OPEN = { ...CLOSED, opens: "open" };
const VETO = { file: "dump", owner: "backup", reason: "a dump runs", sinceMs: NOW_MS - HOUR_MS };
const VETOES = { directory: "/run/holdfast/vetoes", maxAgeMs: 4 * HOUR_MS, match: {} };

/** `open` opened half an hour ago, `closed` opens in an hour. */
const cron: PolicyInput["cron"] = {
  next: (opens) => (opens === "open" ? NOW_MS - HOUR_MS / 2 : NOW_MS + HOUR_MS),
  mistakeIn: () => undefined,
};

interface Asked {
  readonly risk?: Risk;
  readonly verb?: JudgedByPolicy["verb"];
  readonly meta?: ResourceMeta;
  readonly isRemoval?: boolean;
  readonly changes?: JudgedByPolicy["changes"];
  readonly approvals?: number;
  readonly budget?: BudgetState;
  readonly vetoes?: PolicyInput["vetoes"];
  readonly wallMs?: number;
}

function judge(policy: Policy, asked: Asked = {}): PolicyDecision {
  const { risk = "benign", verb = "update", meta = {}, changes = [] } = asked;
  return judgePolicy(
    {
      resource: { id: resourceId("file", "/etc/motd"), kind: "file", meta },
      verb,
      assessment: { risk, impact: "none", why: "a row" },
      changes,
      isRemoval: asked.isRemoval ?? false,
    },
    {
      policy,
      wallMs: asked.wallMs ?? NOW_MS,
      cron,
      vetoes: asked.vetoes ?? [],
      approvals: () => asked.approvals ?? 0,
      budget: () => asked.budget ?? { type: "within" },
    },
  );
}

function waitOf(decision: PolicyDecision): string {
  return decision.type === "wait" ? decision.waitingFor : decision.type;
}

test("without a file benign and disruptive go alone, and destructive waits for one approval", () => {
  for (const risk of RISKS) {
    const expected = risk === "destructive" ? "approval" : "allow";
    assert.equal(waitOf(judge(DEFAULT_POLICY, { risk })), expected);
    assert.equal(waitOf(judge(DEFAULT_POLICY, { risk, approvals: 1 })), "allow");
    assert.equal(waitOf(judge(ALLOW_EVERYTHING, { risk })), "allow");
  }
});

test("what is asked first decides first: prune, window, veto, budget, rule and approval", () => {
  const exceeded = { type: "exceeded", count: 9, most: 2 } as const;
  fc.assert(
    fc.property(
      fc.record({
        mayPrune: fc.boolean(),
        isClosed: fc.boolean(),
        isVetoed: fc.boolean(),
        isExceeded: fc.boolean(),
        approvals: fc.integer({ min: 0, max: 2 }),
        needed: fc.integer({ min: 0, max: 2 }),
      }),
      ({ mayPrune, isClosed, isVetoed, isExceeded, approvals, needed }) => {
        const outcome =
          needed === 0
            ? ({ type: "allow" } as const)
            : ({ type: "approvals", count: needed } as const);
        const policy: Policy = {
          rules: [{ match: {}, outcome }],
          applyWindows: isClosed ? [CLOSED] : [CLOSED, OPEN],
          fetchWindows: [],
          vetoes: VETOES,
          mayPrune,
          budget: { destructive: 2, disruptive: undefined },
        };
        const decision = judge(policy, {
          risk: "destructive",
          verb: "delete",
          isRemoval: true,
          approvals,
          vetoes: isVetoed ? [VETO] : [],
          budget: isExceeded ? exceeded : { type: "within" },
        });
        const isApproved = approvals >= Math.max(needed, 1);
        const expected = !mayPrune
          ? "veto"
          : isClosed
            ? "window"
            : isVetoed
              ? "veto"
              : isExceeded && !isApproved
                ? "budget"
                : approvals < needed
                  ? "approval"
                  : "allow";
        assert.equal(waitOf(decision), expected);
      },
    ),
  );
});

test("the first rule that matches decides, and all that a rule says must hold", () => {
  const deny = (match: PolicyRule["match"]): PolicyRule => ({
    match,
    outcome: { type: "deny", reason: "because" },
  });
  const only = (rule: PolicyRule): Policy => ({ ...ALLOW_EVERYTHING, rules: [rule] });
  const meta = { tags: ["web", "scratch"] };
  const matching: readonly PolicyRule["match"][] = [
    {},
    { kinds: new Set(["file"]), verbs: new Set(["update", "delete"]) },
    { ids: [(id) => id.startsWith("file:/etc/")], tags: new Set(["scratch"]) },
    { risks: new Set(["benign"]) },
  ];
  for (const match of matching) assert.equal(judge(only(deny(match)), { meta }).type, "deny");
  const others: readonly PolicyRule["match"][] = [
    { kinds: new Set(["service"]) },
    { kinds: new Set(["file"]), verbs: new Set(["delete"]) },
    { tags: new Set(["db"]) },
    { risks: new Set(["destructive"]) },
    { ids: [() => false] },
  ];
  for (const match of others) assert.equal(judge(only(deny(match)), { meta }).type, "allow");
  const first: PolicyRule = { match: {}, outcome: { type: "allow" } };
  const both = { ...ALLOW_EVERYTHING, rules: [first, deny({})] };
  assert.equal(judge(both, { risk: "destructive" }).type, "allow");
  const denied = judge(only(deny({})));
  assert.equal(denied.type === "deny" && denied.fault.reason, "PolicyDenied");
});

test("two approvals are two, and the reason says what to do", () => {
  const rules: readonly PolicyRule[] = [{ match: {}, outcome: { type: "approvals", count: 2 } }];
  const policy = { ...ALLOW_EVERYTHING, rules };
  assert.deepEqual(judge(policy, { approvals: 1 }), {
    type: "wait",
    waitingFor: "approval",
    reason: "benign: a row; approve it with: holdfast approve file:/etc/motd (1 of 2 given)",
  });
  assert.equal(judge(policy, { approvals: 2 }).type, "allow");
});

test("what is protected is never deleted or replaced without an approval, whatever is allowed", () => {
  const meta = { protect: true };
  const replaced = [change("type", "file", "directory")];
  const kept = [change("content", "a", "b")];
  const asks: readonly (readonly [Asked, string])[] = [
    [{ verb: "delete" }, "approval"],
    [{ changes: replaced }, "approval"],
    [{ risk: "destructive", changes: kept }, "approval"],
    [{ changes: kept }, "allow"],
    [{ verb: "create", changes: [change("type", undefined, "directory")] }, "allow"],
    [{ verb: "delete", approvals: 1 }, "allow"],
  ];
  for (const [asked, expected] of asks) {
    assert.equal(waitOf(judge(ALLOW_EVERYTHING, { ...asked, meta })), expected);
    const free = asked.risk === "destructive" ? "allow" : "allow";
    assert.equal(waitOf(judge(ALLOW_EVERYTHING, asked)), free);
  }
});

test("a window says when it opens, and windows of other actions close nothing", () => {
  const only = { ...ALLOW_EVERYTHING, applyWindows: [CLOSED] };
  assert.deepEqual(judge(only), {
    type: "wait",
    waitingFor: "window",
    reason: "its window is closed",
    untilMs: NOW_MS + HOUR_MS,
  });
  const match = { kinds: new Set(["service"]) };
  const other = { ...ALLOW_EVERYTHING, applyWindows: [{ ...CLOSED, match }] };
  assert.equal(judge(other).type, "allow");
  const both = { ...ALLOW_EVERYTHING, applyWindows: [CLOSED, OPEN] };
  assert.equal(judge(both).type, "allow");
});

test("a veto names its owner and its reason, and expires by its age", () => {
  const policy = { ...ALLOW_EVERYTHING, vetoes: VETOES };
  const untilMs = VETO.sinceMs + VETOES.maxAgeMs;
  const vetoes = [VETO, { ...VETO, file: "older", sinceMs: VETO.sinceMs - 1 }];
  assert.deepEqual(judge(policy, { vetoes }), {
    type: "wait",
    waitingFor: "veto",
    untilMs,
    reason: "backup says: a dump runs (/run/holdfast/vetoes/dump, and 1 more)",
  });
  assert.equal(judge(policy, { vetoes, wallMs: untilMs - 1 }).type, "wait");
  assert.equal(judge(policy, { vetoes, wallMs: untilMs }).type, "allow");
  assert.equal(judge(ALLOW_EVERYTHING, { vetoes }).type, "allow");
});

test("a budget is asked only about risks that have one", () => {
  const budget = { type: "counting" } as const;
  const limits = { destructive: 2, disruptive: undefined };
  const policy = { ...ALLOW_EVERYTHING, budget: limits };
  for (const risk of RISKS) {
    const expected = risk === "destructive" ? "budget" : "allow";
    assert.equal(waitOf(judge(policy, { risk, budget })), expected);
    assert.equal(waitOf(judge(policy, { risk, budget, approvals: 1 })), "allow");
  }
});
