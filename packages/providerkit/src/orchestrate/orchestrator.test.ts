import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Secret } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import type { ProviderEvent } from "../provider/provider-event.ts";
import { Registry } from "../provider/registry.ts";
import { MemorySystem } from "../testing/memory-system.ts";
import { hash, storeOn } from "../testing/store-on-disk.ts";
import { type RunOptions, runProviders } from "./orchestrator.ts";
import { ENTRY_DEFAULTS, type ProviderEntry } from "./provider-entry.ts";

const { signal } = new AbortController();
const entry = (type: string, more: Partial<ProviderEntry> = {}): ProviderEntry => ({
  type,
  ...ENTRY_DEFAULTS,
  ...more,
});

function rigOf(entries: readonly ProviderEntry[], token?: Secret) {
  const registry = new Registry();
  const systems = new Map(entries.map(({ type }) => [type, new MemorySystem()]));
  for (const [type, system] of systems) {
    system.declared = [{ name: "anna", quota: "5gb", password: "correct horse" }];
    registry.register(system.provider(type));
  }
  const disk = new SimulatedLogDisk();
  const store = storeOn(disk);
  const events: ProviderEvent[] = [];
  const sink = (event: ProviderEvent) => void events.push(event);
  const tokenOf = () => token;
  const dependencies = { registry, store, clock: new VirtualClock(), hash, sink, tokenOf };
  return {
    disk,
    store,
    events,
    system: (type = "a") => systems.get(type) ?? assert.fail(),
    run: (options: Partial<RunOptions>, of = entries) =>
      runProviders(of, dependencies, {
        options: { mode: "apply", directory: "/config", ...options },
        signal,
      }),
  };
}

suite("running providers", () => {
  test("P3: dependents of what failed are skipped, transitively, naming a root that failed; all else is applied", async () => {
    const anyCase = fc.record({
      edges: fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 10 }),
      failing: fc.uniqueArray(fc.nat(6), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ edges, failing }) => {
        const entries = Array.from({ length: 7 }, (_, at) =>
          entry(`p${at}`, {
            dependsOn: edges.flatMap(([from, to]) => (from === at && to < at ? [`p${to}`] : [])),
          }),
        );
        const rig = rigOf(entries);
        for (const at of failing) rig.system(`p${at}`).refused.add("anna");
        const outcomes = await rig.run({});
        const bad = new Set<string>();
        for (const [at, { type, dependsOn }] of entries.entries()) {
          const outcome = outcomes.find((each) => each.type === type);
          const isBehind = dependsOn.some((each) => bad.has(each));
          const expected = isBehind ? "skipped" : failing.includes(at) ? "failed" : "applied";
          assert.equal(outcome?.status, expected);
          if (expected !== "applied") bad.add(type);
          if (isBehind) assert.ok(failing.some((each) => outcome?.root === `p${each}`));
          assert.equal(rig.system(type).writes, expected === "applied" ? 1 : 0);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("a plan after an apply is empty, writes nothing, and no secret is on the disk", async () => {
    const rig = rigOf([entry("a")]);
    await rig.run({});
    const changes = rig.disk.changeCount;
    const [again] = await rig.run({});
    assert.equal(again?.status, "synced");
    assert.equal(again?.plan?.summary.total, 0);
    assert.equal(rig.disk.changeCount, changes, "a pass that changes nothing writes nothing");
    assert.doesNotMatch(rig.disk.text("a.state.json"), /correct horse/);
    assert.deepEqual(rig.events.map(({ event }) => event).slice(0, 5), [
      "plan.start",
      "plan.complete",
      "apply.start",
      "apply.action",
      "apply.complete",
    ]);
  });

  test("P5: what does not answer is skipped, and nothing on it is deleted or forgotten", async () => {
    const rig = rigOf([entry("a", { prune: true }), entry("b", { dependsOn: ["a"] })]);
    await rig.run({});
    rig.system().declared = [];
    rig.system().isCutOff = true;
    const outcomes = await rig.run({});
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["skipped", "skipped"],
    );
    assert.equal(outcomes[0]?.fault?.reason, "ProviderUnreachable");
    assert.equal(outcomes[1]?.root, "a");
    assert.equal(rig.system().accounts.size, 1);
  });

  test("P1, P5: what was done before the system went away is told, and is not remembered unseen", async () => {
    const rig = rigOf([entry("a")]);
    rig.system().isCutOffByWrite = true;
    const [outcome] = await rig.run({});
    assert.equal(outcome?.status, "partial");
    assert.equal(outcome.fault?.reason, "ProviderUnreachable");
    assert.deepEqual(
      outcome.results.map(({ action, status }) => [action, status]),
      [["create", "ok"]],
    );
    assert.equal((await rig.store.read("a")).type, "none");
    Object.assign(rig.system(), { isCutOff: false, isCutOffByWrite: false });
    const [again] = await rig.run({});
    assert.equal(again?.status, "applied");
    // Its password cannot be read, and is set again; it is not made again.
    assert.deepEqual(
      again.results.map(({ action }) => action),
      ["update"],
    );
  });

  test("an object that cannot be observed is neither made nor removed, and the rest goes on", async () => {
    const rig = rigOf([entry("a", { prune: true })]);
    await rig.run({});
    rig.system().hidden.add("anna");
    rig.system().declared = [{ name: "ben", quota: "1gb" }];
    const [outcome] = await rig.run({});
    assert.equal(outcome?.plan?.summary.unknown, 1);
    assert.deepEqual([...rig.system().accounts.keys()], ["anna", "ben"]);
    const reading = await rig.store.read("a");
    assert.ok(reading.type === "state" && !reading.state.isSynced);
    assert.equal(reading.state.resources[0]?.origin, "created", "what was known stays");
  });

  test("P4: without prune nothing is deleted; with it only what we made", async () => {
    const rig = rigOf([entry("a")]);
    rig.system().accounts.set("ben", { quota: "1 gb", password: "" });
    rig.system().declared = [{ name: "anna" }, { name: "ben" }];
    await rig.run({});
    rig.system().declared = [];
    await rig.run({});
    assert.deepEqual([...rig.system().accounts.keys()], ["ben", "anna"]);
    await rig.run({}, [entry("a", { prune: true })]);
    assert.deepEqual([...rig.system().accounts.keys()], ["ben"]);
  });

  test("P4: nobody asked, so only what has autoApply is applied", async () => {
    const rig = rigOf([entry("a"), entry("b", { autoApply: true })]);
    const outcomes = await rig.run({ isUnattended: true });
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["drifted", "applied"],
    );
    assert.equal(rig.system("a").writes, 0);
  });

  test("P2: a suspended or filtered dependency counts if its last state was synced", async () => {
    const b = entry("b", { dependsOn: ["a"] });
    const rig = rigOf([entry("a"), b]);
    const suspended = [entry("a", { isSuspended: true }), b];
    const first = await rig.run({}, suspended);
    assert.deepEqual(
      first.map(({ status }) => status),
      ["suspended", "skipped"],
    );
    assert.equal((await rig.run({ only: new Set(["b"]) }))[0]?.status, "skipped");
    await rig.run({ only: new Set(["a"]) });
    const then = await rig.run({}, suspended);
    assert.deepEqual(
      then.map(({ status }) => status),
      ["suspended", "applied"],
    );
  });

  test("P6: a retained plan is refused when the state moved, and nothing is made twice", async () => {
    const rig = rigOf([entry("a")]);
    const [planned] = await rig.run({ mode: "plan" });
    const plan = planned?.plan ?? assert.fail();
    const retained = new Map([["a", plan]]);
    assert.equal((await rig.run({ retained }))[0]?.status, "applied");
    const [again] = await rig.run({ retained });
    assert.equal(again?.fault?.reason, "PlanOutdated");
    assert.equal(rig.system().writes, 1);
  });

  test("a state that would hold the token is not written, also where JSON spells it otherwise", async () => {
    const rig = rigOf([entry("a")], new Secret('HUNTER"2"SESAME'));
    rig.system().declared = [{ name: "anna", quota: 'hunter"2"sesame' }];
    const [outcome] = await rig.run({});
    assert.equal(outcome?.fault?.reason, "SecretExposed");
    assert.equal((await rig.store.read("a")).type, "none");
  });

  test("P7: one orphan and one newcomer are a rename, and it stays ours", async () => {
    const rig = rigOf([entry("a", { prune: true })]);
    await rig.run({});
    rig.system().declared = [{ name: "anne", quota: "5gb", password: "correct horse" }];
    const [renamed] = await rig.run({});
    assert.equal(renamed?.plan?.summary.rename, 1);
    assert.equal(renamed?.status, "applied");
    assert.deepEqual([...rig.system().accounts.keys()], ["anne"]);
    rig.system().declared = ["b", "c"].map((name) => ({ name }));
    assert.equal((await rig.run({}))[0]?.plan?.warnings.length, 1, "one left, two came: unclear");
  });
});
