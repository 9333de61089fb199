import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ALLOW_ALL,
  DEFAULT_POLICY,
  type Policy,
  type PolicyGate,
  type Risk,
  type Veto,
} from "@holdfast/core";
import fc from "fast-check";
import { Bench, type BenchOptions } from "./bench.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What fakes hold before anything was applied: nobody can give it back, for they cannot be described. */
const FOREIGN = "foreign";

/** A policy whose parts a test changes. */
class TestPolicy implements PolicyGate {
  current: Policy = DEFAULT_POLICY;
  files: readonly Veto[] = [];
  /** Whether every action that is asked about counts as approved. */
  isApproved = false;
  readonly asked = new Set<string>();
  /** Windows open at these times of the wall clock. */
  openings: readonly number[] = [];
  readonly cron: PolicyGate["cron"] = {
    next: (_opens, _timeZone, afterMs) => this.openings.find((atMs) => atMs > afterMs),
    mistakeIn: () => undefined,
  };

  policy(): Policy {
    return this.current;
  }

  vetoes(): readonly Veto[] {
    return this.files;
  }

  approvalsOf(digest: string): number {
    this.asked.add(digest);
    return this.isApproved ? 1 : 0;
  }
}

function benchWith(policy: PolicyGate, options: BenchOptions = {}): Bench {
  return new Bench({ ...options, policy });
}

/** An hour from a minute after it was asked for on. */
function windowIn(bench: Bench, policy: TestPolicy, inMs: number): void {
  policy.openings = [bench.clock.wallMs() + inMs];
  const window = { opens: "*", timeZone: "UTC", durationMs: HOUR_MS, match: {} };
  policy.current = { ...ALLOW_ALL.policy(), applyWindows: [window] };
}

test("nothing destructive is done without an approval, whatever the path: first pass, batch, loop and refresh", async () => {
  const anyFake = fc.record({
    isForeign: fc.boolean(),
    isTampered: fc.boolean(),
    group: fc.constantFrom(undefined, "g"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyFake, { minLength: 1, maxLength: 6 }), async (fakes) => {
      const policy = new TestPolicy();
      const bench = benchWith(policy, { fakes: { canGroup: true } });
      const names = fakes.map((_fake, at) => `f${at}`);
      for (const [at, { isForeign }] of fakes.entries())
        if (isForeign) bench.fakes.values.set(`f${at}`, FOREIGN);
      await bench.serve(
        fakes.map(({ group }, at) => ({
          name: `f${at}`,
          ...(group === undefined ? {} : { group, lane: "l" }),
          meta: { notify: at === 0 ? [] : [bench.id("f0")] },
        })),
      );
      for (const [at, { isTampered }] of fakes.entries())
        if (isTampered) bench.fakes.tamper(`f${at}`, FOREIGN);
      await bench.clock.advance(HOUR_MS);
      for (const [at, { isForeign, isTampered }] of fakes.entries()) {
        const isKept = isForeign || isTampered;
        // What is notified comes after all that notify it, and waits for those that wait.
        const isBlocked = waitOf(bench, `f${at}`) === "Blocked";
        if (!isKept && isBlocked) continue;
        const expected = isKept ? FOREIGN : "good";
        assert.equal(bench.fakes.values.get(names[at] ?? ""), expected, "without an approval");
        if (isKept && !isBlocked) assert.equal(waitOf(bench, `f${at}`), "approval");
      }
      assert.deepEqual(
        bench.fakes.namesOf("refresh"),
        [],
        "a refresh that no rule covers waits too",
      );
      policy.isApproved = true;
      bench.engine.reviewPolicy();
      await bench.clock.advance(HOUR_MS);
      for (const name of names) {
        assert.equal(bench.fakes.values.get(name), "good", "approved");
        assert.equal(bench.statusOf(name).type, "Ready");
      }
      bench.stop();
    }),
    { numRuns: 40 },
  );
});

test("what waits for an approval holds its dependents back, frees its lane, and is a pending change", async () => {
  const policy = new TestPolicy();
  const bench = benchWith(policy);
  bench.fakes.values.set("a", FOREIGN);
  const results = await bench.converge([
    { name: "a", lane: "l" },
    { name: "b", lane: "l" },
    { name: "c", meta: { dependsOn: [bench.id("a")] } },
  ]);
  assert.equal(results.get("a")?.status, "skipped");
  assert.equal(results.get("a")?.waitingFor, "approval");
  assert.match(results.get("a")?.reason ?? "", /holdfast approve fake:a/);
  assert.equal(results.get("b")?.status, "changed");
  assert.equal(results.get("c")?.blockedBy, bench.id("a"));
  assert.equal(policy.asked.size, 1);
});

test("a plan says risk, impact and undo of each action, what it would wait for, and asks for the digest of the apply", async () => {
  const policy = new TestPolicy();
  const bench = benchWith(policy);
  bench.fakes.values.set("a", FOREIGN);
  await bench.load([{ name: "a" }, { name: "b" }]);
  const { actions } = await bench.engine.plan(bench.signal);
  const [a, b] = actions;
  assert.deepEqual([a?.risk, a?.impact, a?.canBeUndone], ["destructive", "data", false]);
  assert.equal(a?.waitsFor?.for, "approval");
  assert.deepEqual([a?.waitsFor?.digest], [...policy.asked]);
  assert.deepEqual([b?.risk, b?.impact, b?.canBeUndone], ["benign", "none", true]);
  assert.equal(b?.waitsFor, undefined);
  const planned = [...policy.asked];
  await bench.clock.finish(bench.engine.converge(bench.signal));
  assert.deepEqual([...policy.asked], planned);
});

test("a plan counts the budget as a pass would, leaves that of the loop alone, and says what is denied", async () => {
  const policy = new TestPolicy();
  const bench = benchWith(policy);
  const names = ["a", "b", "c"];
  for (const name of ["a", "b"]) bench.fakes.values.set(name, FOREIGN);
  await bench.load([...names.map((name) => ({ name })), { name: "d", meta: { tags: ["no"] } }]);
  for (const [most, expected] of [[1, ["budget", "budget"]] as const, [2, ["", ""]] as const]) {
    const deny = { type: "deny", reason: "never" } as const;
    const rules = [
      { match: { tags: new Set(["no"]) }, outcome: deny },
      ...ALLOW_ALL.policy().rules,
    ];
    policy.current = { ...budgetOf("destructive", most), rules };
    const { actions, summary } = await bench.engine.plan(bench.signal);
    const waits = actions.slice(0, 2).map(({ waitsFor }) => waitsFor?.for ?? "");
    assert.deepEqual(waits, expected);
    assert.equal(actions[2]?.waitsFor, undefined);
    assert.equal(actions[3]?.fault?.reason, "PolicyDenied");
    assert.equal(summary.refused, 1);
  }
  const report = await bench.clock.finish(bench.engine.converge(bench.signal));
  assert.deepEqual(
    report.results.map(({ status }) => status),
    ["changed", "changed", "changed", "denied"],
  );
});

test("noop and detect-only are only observed, whatever the policy says", async () => {
  const policy = new TestPolicy();
  policy.current = {
    ...DEFAULT_POLICY,
    rules: [{ match: {}, outcome: { type: "deny", reason: "never" } }],
  };
  const bench = benchWith(policy);
  const results = await bench.converge(
    [{ name: "n", meta: { noop: true } }, { name: "d" }, { name: "x" }],
    { detected: ["d"] },
  );
  assert.deepEqual(
    ["n", "d", "x"].map((name) => results.get(name)?.status),
    ["noop", "noop", "denied"],
  );
  assert.equal(results.get("x")?.fault?.reason, "PolicyDenied");
});

test("in a loop what waits for its window goes by itself when it opens, and a repair after it has closed waits again", async () => {
  const policy = new TestPolicy();
  const bench = benchWith(policy);
  windowIn(bench, policy, 3 * HOUR_MS);
  await bench.serve([{ name: "a" }]);
  await bench.clock.advance(2 * HOUR_MS);
  assert.equal(waitOf(bench, "a"), "window");
  assert.equal(bench.fakes.values.get("a"), undefined);
  await bench.clock.advance(HOUR_MS + MINUTE_MS);
  assert.equal(bench.fakes.values.get("a"), "good");
  await bench.clock.advance(HOUR_MS);
  bench.fakes.tamper("a", "bad");
  await bench.clock.advance(HOUR_MS);
  assert.equal(waitOf(bench, "a"), "window");
  assert.equal(bench.fakes.values.get("a"), "bad");
  bench.stop();
});

test("a window that opens because the wall clock jumped is noticed within ten minutes", async () => {
  const policy = new TestPolicy();
  const bench = benchWith(policy, { fakes: { resyncMs: 1000 * HOUR_MS } });
  windowIn(bench, policy, 100 * HOUR_MS);
  await bench.serve([{ name: "a" }]);
  bench.clock.jumpWall(100 * HOUR_MS);
  await bench.clock.advance(10 * MINUTE_MS + 1_000);
  assert.equal(bench.fakes.values.get("a"), "good");
  bench.stop();
});

test("in a single pass what waits for its window or a veto is left, and the pass ends", async () => {
  const policy = new TestPolicy();
  const bench = benchWith(policy);
  windowIn(bench, policy, HOUR_MS);
  const results = await bench.converge([{ name: "a" }]);
  assert.equal(results.get("a")?.waitingFor, "window");
  assert.equal(bench.fakes.values.get("a"), undefined);
});

test("a veto holds back until it is taken away or expires", async () => {
  for (const isTaken of [true, false]) {
    const policy = new TestPolicy();
    const bench = benchWith(policy, { fakes: { resyncMs: 1000 * HOUR_MS } });
    const vetoes = { directory: "/v", maxAgeMs: 2 * HOUR_MS, match: {} };
    policy.current = { ...ALLOW_ALL.policy(), vetoes };
    const sinceMs = bench.clock.wallMs();
    policy.files = [{ file: "f", owner: "backup", reason: "dump", sinceMs }];
    await bench.serve([{ name: "a" }]);
    await bench.clock.advance(HOUR_MS);
    assert.equal(waitOf(bench, "a"), "veto");
    if (isTaken) {
      policy.files = [];
      bench.engine.reviewPolicy();
      await bench.clock.advance(MINUTE_MS);
    } else await bench.clock.advance(HOUR_MS + MINUTE_MS);
    assert.equal(bench.fakes.values.get("a"), "good");
    bench.stop();
  }
});

test("drift that waits is published once, however often it is seen again", async () => {
  const policy = new TestPolicy();
  const bench = benchWith(policy);
  await bench.serve([{ name: "a" }]);
  bench.fakes.tamper("a", FOREIGN);
  await bench.clock.advance(5 * HOUR_MS);
  const published = bench.events.filter(({ type }) => type === "drift");
  assert.equal(published.length, 1);
  assert.equal(waitOf(bench, "a"), "approval");
  const waiting = bench.resultsOf("a").filter(({ status }) => status === "skipped");
  assert.equal(waiting.length, 1);
  bench.stop();
});

test("a budget lets all of a pass go or none of it: members of a batch count, what is approved and other risks do not", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.boolean(),
      async (foreign, fresh, most, isBatch) => {
        const policy = new TestPolicy();
        policy.current = budgetOf("destructive", most);
        const bench = benchWith(policy, { fakes: { canGroup: true } });
        const fakes = Array.from({ length: foreign + fresh }, (_, at) => ({
          name: `f${at}`,
          ...(isBatch ? { group: "g", lane: "l" } : {}),
        }));
        for (let at = 0; at < foreign; at += 1) bench.fakes.values.set(`f${at}`, FOREIGN);
        const results = await bench.converge(fakes);
        const isExceeded = foreign > most;
        for (const [at, { name }] of fakes.entries()) {
          const isStopped = isExceeded && at < foreign;
          assert.equal(bench.fakes.values.get(name), isStopped ? FOREIGN : "good");
          assert.equal(results.get(name)?.waitingFor, isStopped ? "budget" : undefined);
        }
        const { reason = "" } = results.get("f0") ?? {};
        if (isExceeded) assert.match(reason, new RegExp(`${foreign} destructive.*${most}`));
      },
    ),
    { numRuns: 60 },
  );
});

test("what a budget stopped stays stopped until it is approved or another desired state comes", async () => {
  const policy = new TestPolicy();
  policy.current = budgetOf("destructive", 1);
  const bench = benchWith(policy);
  const fakes = ["a", "b", "c"].map((name) => ({ name }));
  await bench.serve(fakes);
  bench.fakes.tamper("a", FOREIGN);
  await bench.clock.advance(MINUTE_MS);
  assert.equal(bench.fakes.values.get("a"), "good", "one is within the budget");
  bench.fakes.tamper("a", FOREIGN);
  bench.fakes.tamper("b", FOREIGN);
  await bench.clock.advance(HOUR_MS);
  // A resync asks for each again, one at a time.
  assert.deepEqual([waitOf(bench, "a"), waitOf(bench, "b")], ["budget", "budget"]);
  bench.fakes.tamper("c", FOREIGN);
  await bench.clock.advance(HOUR_MS);
  assert.equal(waitOf(bench, "c"), "budget", "more of the same is stopped too");
  policy.current = budgetOf("destructive", 3);
  await bench.load(fakes, 2);
  await bench.clock.advance(HOUR_MS);
  for (const { name } of fakes) assert.equal(bench.fakes.values.get(name), "good");
  bench.stop();
});

test("an operation that policy holds back is refused, with its reason", async () => {
  const policy = new TestPolicy();
  const bench = benchWith(policy);
  await bench.serve([{ name: "a" }]);
  const poke = async () => {
    const asked = { id: bench.id("a"), operation: "poke" };
    const report = await bench.clock.finish(bench.engine.operate(asked, bench.signal));
    return report.fault?.reason ?? report.status;
  };
  assert.equal(await poke(), "done");
  policy.current = {
    ...DEFAULT_POLICY,
    rules: [{ match: { verbs: new Set(["run"]) }, outcome: { type: "approvals", count: 1 } }],
  };
  assert.equal(await poke(), "OperationRefused");
  policy.isApproved = true;
  assert.equal(await poke(), "done");
  policy.current = {
    ...DEFAULT_POLICY,
    rules: [{ match: {}, outcome: { type: "deny", reason: "never" } }],
  };
  assert.equal(await poke(), "PolicyDenied");
  bench.stop();
});

function budgetOf(risk: Exclude<Risk, "benign">, most: number): Policy {
  const none = { destructive: undefined, disruptive: undefined };
  return { ...ALLOW_ALL.policy(), budget: { ...none, [risk]: most } };
}

function waitOf(bench: Bench, name: string): string {
  const status = bench.statusOf(name);
  return status.type === "Waiting" ? status.for : status.type;
}
