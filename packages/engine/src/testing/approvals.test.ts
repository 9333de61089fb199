import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  ALLOW_ALL,
  type ApprovalQuery,
  DEFAULT_POLICY,
  Fault,
  type GivenApprovals,
  NOT_APPROVED,
  type PolicyGate,
} from "@holdfast/core";
import { MemoryLedger } from "@holdfast/testing";
import { Bench, type BenchOptions, type DeclaredFake } from "./bench.ts";

const MINUTE_MS = 60_000;

/** Everything needs so many approvals. Each that is given counts until the ledger has it as used. */
class Approving implements PolicyGate {
  readonly cron = ALLOW_ALL.cron;
  readonly queries: ApprovalQuery[] = [];
  readonly #ledger: MemoryLedger;
  readonly #needed: number;
  /** By id: who approved it. */
  readonly given = new Map<string, readonly string[]>();

  constructor(ledger: MemoryLedger, needed = 1) {
    this.#ledger = ledger;
    this.#needed = needed;
  }

  policy() {
    const outcome = { type: "approvals", count: this.#needed } as const;
    return { ...DEFAULT_POLICY, rules: [{ match: {}, outcome }] };
  }

  vetoes() {
    return [];
  }

  approvalsOf(query: ApprovalQuery): GivenApprovals {
    this.queries.push(query);
    const people = this.given.get(query.id) ?? [];
    const nonces = people.map((person) => ({
      nonce: `${person} ${query.digest}`,
      expiresMs: 1e12,
    }));
    if (nonces.length === 0) return NOT_APPROVED;
    if (nonces.some((nonce) => this.#ledger.isSpent(nonce))) {
      return { ...NOT_APPROVED, refusal: "ApprovalReplayed: it was used already" };
    }
    return { count: people.length, by: people, nonces };
  }
}

function approving(needed?: number, fakes: BenchOptions["fakes"] = {}) {
  const ledger = new MemoryLedger();
  const policy = new Approving(ledger, needed);
  const takesMs: BenchOptions["takesMs"] = (verb) => (verb === "apply" ? 100 : 1);
  const bench = new Bench({ ledger, policy, fakes, takesMs });
  const approve = (name: string, ...people: readonly string[]): void => {
    policy.given.set(bench.id(name), people);
  };
  return { bench, policy, ledger, approve };
}

suite("approvals", () => {
  test("C6: what waits goes once it is approved, and uses the approval up before its intent; drift waits again", async () => {
    const { bench, policy, ledger, approve } = approving();
    const order: string[] = [];
    const { spend, begin } = ledger;
    ledger.spend = async (...given) => {
      order.push("spent");
      await spend.apply(ledger, given);
    };
    ledger.begin = async (...given) => {
      order.push("begun");
      await begin.apply(ledger, given);
    };
    await bench.serve([{ name: "a" }]);
    await bench.clock.advance(MINUTE_MS);
    assert.equal(bench.engine.status(bench.id("a"))?.type, "Waiting");
    assert.deepEqual(order, []);
    approve("a", "anna");
    bench.engine.reviewPolicy();
    await bench.clock.advance(MINUTE_MS);
    assert.equal(bench.engine.status(bench.id("a"))?.type, "Ready");
    assert.deepEqual(order, ["spent", "begun"]);
    const used = bench.events.filter(({ type }) => type === "approval");
    assert.deepEqual(used, [
      { type: "approval", what: "used", id: bench.id("a"), verb: "create", by: ["anna"] },
    ]);
    policy.queries.length = 0;
    policy.given.clear();
    bench.fakes.tamper("a", "bad");
    bench.engine.hint(bench.id("a"), "operator");
    await bench.clock.advance(MINUTE_MS);
    const status = bench.engine.status(bench.id("a"));
    assert.ok(status?.type === "Waiting" && status.for === "approval");
    assert.equal(policy.queries[0]?.verb, "update", "it is another action");
    bench.stop();
  });

  test("C6: fewer people than are needed let nothing go", async () => {
    const { bench, approve } = approving(2);
    approve("a", "anna");
    approve("b", "anna", "ben");
    const results = await bench.converge([{ name: "a" }, { name: "b" }]);
    assert.equal(results.get("a")?.status, "skipped");
    assert.match(results.get("a")?.reason ?? "", /1 of 2 given/);
    assert.equal(results.get("b")?.status, "changed");
  });

  test("C6: nothing is done while it cannot be recorded that its approval was used", async () => {
    const { bench, ledger, approve } = approving();
    approve("a", "anna");
    ledger.spend = () =>
      Promise.reject(
        new Fault({ reason: "DiskFull", message: "the disk is full", resolution: "Make room." }),
      );
    const results = await bench.converge([{ name: "a" }]);
    assert.equal(results.get("a")?.fault?.reason, "DiskFull");
    assert.deepEqual(bench.fakes.namesOf("apply"), []);
    assert.deepEqual(ledger.intents, []);
  });

  test("G4, C6: a batch that fails as a whole is made one by one under the approvals that were used for it", async () => {
    const names = ["a", "bad", "c"];
    const fakes: readonly DeclaredFake[] = names.map((name) => ({ name, lane: "one", group: "g" }));
    const { bench, approve } = approving(1, { canGroup: true });
    for (const name of names) approve(name, "anna");
    bench.fakes.trouble.set("apply:bad", "fail");
    const results = await bench.converge(fakes);
    assert.deepEqual(
      names.map((name) => results.get(name)?.status),
      ["changed", "failed", "changed"],
    );
    assert.ok(bench.fakes.namesOf("batch").length > 0, "they went together first");
    const used = bench.events.filter(({ type }) => type === "approval");
    assert.equal(used.length, 3, "each once");
  });

  test("P6: what a saved plan does not have is denied by the gate", async () => {
    const { bench, policy } = approving();
    const outdated = new Fault({ reason: "PlanOutdated", message: "moved", resolution: "Plan." });
    const restricted: PolicyGate = {
      cron: policy.cron,
      policy: () => ALLOW_ALL.policy(),
      vetoes: () => [],
      approvalsOf: () => NOT_APPROVED,
      outsidePlan: ({ id }) => (id === bench.id("a") ? undefined : outdated),
    };
    const other = new Bench({ policy: restricted });
    const results = await other.converge([{ name: "a" }, { name: "b" }]);
    assert.equal(results.get("a")?.status, "changed");
    assert.equal(results.get("b")?.fault?.reason, "PlanOutdated");
    assert.deepEqual(other.fakes.namesOf("apply"), ["a"]);
  });
});
