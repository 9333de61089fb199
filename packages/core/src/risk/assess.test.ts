import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { change } from "../change.ts";
import type { Assessment } from "../gate/risk.ts";
import type { JudgedAction } from "../resource/kind-context.ts";
import { assess } from "./assess.ts";
import { GENERAL_RISKS } from "./general-risks.ts";

const ADD = change("content", undefined, "new");
const REPLACE = change("content", "foreign", "new");

const anyAction: fc.Arbitrary<JudgedAction<unknown, unknown>> = fc.record({
  verb: fc.constantFrom("create", "update", "delete", "refresh"),
  cause: fc.constantFrom("intent", "drift"),
  provenance: fc.constantFrom("created", "adopted"),
  isAsLeft: fc.boolean(),
  spec: fc.constant({}),
  observed: fc.constantFrom(undefined, { content: "foreign" }),
  changes: fc.subarray([ADD, REPLACE], { minLength: 1 }),
});

const anyOwn: fc.Arbitrary<Assessment | undefined> = fc.option(
  fc.record({
    risk: fc.constantFrom("benign", "disruptive", "destructive"),
    impact: fc.constantFrom("none", "restart", "data"),
    why: fc.constant("its own row"),
  }),
  { nil: undefined },
);

test("whatever a kind says, a foreign overwrite that cannot be given back is destructive unless its row answers for all", () => {
  fc.assert(
    fc.property(anyAction, anyOwn, (action, own) => {
      fc.pre(action.observed !== undefined && action.verb !== "refresh");
      fc.pre(action.changes.includes(REPLACE));
      fc.pre(!action.isAsLeft || action.provenance === "adopted");
      const kind = { risk: () => own };
      assert.equal(assess(kind, action, { isReversible: false }).risk, "destructive");
    }),
  );
});

test("a kind can only add risk to the general rules, and a row that answers for all counts alone", () => {
  fc.assert(
    fc.property(anyAction, anyOwn, fc.boolean(), (action, own, isGivenBack) => {
      const given = { isReversible: isGivenBack };
      const general = assess({}, action, given);
      const judged = assess({ risk: () => own }, action, given);
      assert.ok(judged === own || judged === general);
      assert.ok(rank(judged) >= rank(general), "less risk than without the kind");
      if (own === undefined) return;
      const whole = { ...own, isWhole: true } as const;
      assert.equal(assess({ risk: () => whole }, action, given), whole);
    }),
  );
});

test("what is new, what we left, and what can be given back is benign; what no rule covers is destructive", () => {
  const base = { cause: "intent", provenance: "adopted", isAsLeft: false, spec: {} } as const;
  const update = { ...base, verb: "update", observed: {}, changes: [REPLACE] } as const;
  const judge = (action: JudgedAction<unknown, unknown>, isGivenBack = false) =>
    assess({}, action, { isReversible: isGivenBack });
  assert.equal(judge({ ...update, verb: "create", observed: undefined }), GENERAL_RISKS.new);
  assert.equal(judge({ ...update, changes: [ADD] }), GENERAL_RISKS.new);
  const ours = { ...update, provenance: "created" } as const;
  assert.equal(judge({ ...ours, isAsLeft: true }), GENERAL_RISKS.asLeft);
  assert.equal(judge(ours), GENERAL_RISKS.lossy);
  assert.equal(judge({ ...update, isAsLeft: true }), GENERAL_RISKS.lossy);
  assert.equal(judge(update, true), GENERAL_RISKS.reversible);
  assert.equal(judge(update), GENERAL_RISKS.lossy);
  assert.equal(judge({ ...update, verb: "refresh", changes: [] }), GENERAL_RISKS.unclassified);
});

function rank({ risk }: Assessment): number {
  return ["benign", "disruptive", "destructive"].indexOf(risk);
}
