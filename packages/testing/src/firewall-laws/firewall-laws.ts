import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Fault,
  type FirewallHint,
  type FirewallTable,
  normalTable,
  type ObservedTable,
  tableText,
} from "@holdfast/core";
import fc from "fast-check";
import { arbitraryTable } from "./arbitrary-table.ts";
import { type FirewallSubject, UNSTOPPED } from "./subject.ts";

/** What is known of the machine before a law opens one. */
export interface FirewallLawsOptions {
  /** For the titles. */
  readonly machine: string;
  /** How often a property is tried: a real nft takes some 5 ms, and each run has several. */
  readonly numRuns: number;
  /** How often in a row the same must be noticed. */
  readonly rounds: number;
}

type Open = () => Promise<FirewallSubject>;

const NAME = "holdfast_law";
const OTHER = "theirs";
const EMPTY: FirewallTable = { name: NAME, sets: [], maps: [], chains: [] };

/** The laws of firewalls (semantics K7), registered with node's test runner for one kind of machine. */
export function firewallLaws(options: FirewallLawsOptions, open: Open): void {
  describe(`firewall laws on ${options.machine}`, () => {
    replaceLaw(options, open);
    removeLaw(open);
    refusalLaws(open);
    watchLaws(options, open);
  });
}

function replaceLaw({ numRuns }: FirewallLawsOptions, open: Open): void {
  test("K7: whatever the table was, what is read after a replace is its normal form, and nothing is unreadable", async () => {
    await using subject = await open();
    const { firewall, finish, actor } = subject;
    actor.addChain(OTHER);
    const theirs = subject.lines();
    await fc.assert(
      fc.asyncProperty(arbitraryTable(NAME), fc.nat(3), async (table, tamper) => {
        await finish(firewall.replace(table, UNSTOPPED));
        assertIs(await readOnly(subject), table);
        if (tamper === 0) actor.addChain(NAME);
        if (tamper === 1) actor.flush(NAME);
        if (tamper === 2) actor.addRule("insert", NAME, "in");
        await finish(firewall.replace(table, UNSTOPPED));
        assertIs(await readOnly(subject), table);
      }),
      { numRuns },
    );
    await finish(firewall.remove(NAME, UNSTOPPED));
    assert.deepEqual(subject.lines(), theirs, "another table is as it was");
  });
}

function removeLaw(open: Open): void {
  test("K7: a table is removed with all that is in it; none is fine, and others stay", async () => {
    await using subject = await open();
    const { firewall, finish, actor } = subject;
    actor.addChain(OTHER);
    const before = subject.lines();
    await finish(firewall.replace(EMPTY, UNSTOPPED));
    actor.addChain(NAME);
    for (const isThere of [true, false]) {
      assert.equal((await readOnly(subject)) !== undefined, isThere);
      await finish(firewall.remove(NAME, UNSTOPPED));
      assert.deepEqual(subject.lines(), before);
    }
  });
}

function refusalLaws(open: Open): void {
  test("K7: a table that the kernel does not take is FirewallRefused whole, and what filtered goes on", async () => {
    await using subject = await open();
    const { firewall, finish } = subject;
    const good: FirewallTable = {
      ...EMPTY,
      chains: [{ name: "in", rules: [{ isCounted: true, verdict: { type: "drop" } }] }],
    };
    const nowhere: FirewallTable["chains"][number]["rules"] = [
      { verdict: { type: "accept" } },
      { verdict: { type: "jump", chain: "nowhere" } },
    ];
    const wrong = { ...EMPTY, chains: [{ name: "in", rules: nowhere }] };
    for (const standing of [undefined, good]) {
      if (standing !== undefined) await finish(firewall.replace(standing, UNSTOPPED));
      const before = subject.lines();
      for (const call of ["check", "replace"] as const) {
        const fault = await faultOf(finish(firewall[call](wrong, UNSTOPPED)));
        assert.equal(fault.reason, "FirewallRefused", fault.message);
        assert.deepEqual(subject.lines(), before);
      }
    }
    const stopped = AbortSignal.abort(new Error("stopped"));
    await assert.rejects(finish(firewall.replace(EMPTY, stopped)));
    assertIs(await readOnly(subject), good);
  });
}

function watchLaws({ rounds }: FirewallLawsOptions, open: Open): void {
  test("K7: every change of others is noticed, the last time like the first, and names the table", async () => {
    await using subject = await open();
    const { firewall, finish, actor } = subject;
    const hints: FirewallHint[] = [];
    await using watch = await finish(firewall.watch((hint) => hints.push(hint), UNSTOPPED));
    for (let round = 0; round < rounds; round++) {
      for (const change of [actor.addChain, actor.flush, actor.remove]) {
        const before = hints.length;
        change(NAME);
        assert.ok(await subject.until(() => hints.length > before), `round ${round}`);
        const hint = hints.at(-1);
        assert.ok(hint?.type === "firewall" && hint.tables?.has(NAME), JSON.stringify(hint));
      }
    }
    await watch[Symbol.asyncDispose]();
    assert.equal(await watch.ended, undefined);
  });

  test("K7: a monitor that somebody kills ends the watch, which says so, and another notices again", async () => {
    await using subject = await open();
    const { firewall, finish, actor } = subject;
    await using first = await finish(firewall.watch(() => {}, UNSTOPPED));
    subject.killMonitors();
    assert.equal((await finish(first.ended))?.reason, "WatchFailed");
    let hints = 0;
    await using _second = await finish(firewall.watch(() => (hints += 1), UNSTOPPED));
    actor.addChain(NAME);
    assert.ok(await subject.until(() => hints > 0));
  });
}

async function readOnly({ firewall, finish }: FirewallSubject): Promise<ObservedTable | undefined> {
  const { isLive, tables } = await finish(firewall.read([NAME, "holdfast_none"], UNSTOPPED));
  assert.ok(isLive);
  assert.ok(!tables.has("holdfast_none"));
  return tables.get(NAME);
}

function assertIs(observed: ObservedTable | undefined, table: FirewallTable): void {
  assert.ok(observed !== undefined);
  assert.deepEqual(observed.others, []);
  const chains = observed.chains.map(({ rules, ...chain }) => ({
    ...chain,
    rules: rules.map(({ rule, other }) => rule ?? assert.fail(`unreadable: ${other}`)),
  }));
  const { name, sets, maps } = observed;
  const wanted = normalTable(table);
  assert.equal(tableText({ name, sets, maps, chains }), tableText(wanted));
  assert.equal(tableText(normalTable(wanted)), tableText(wanted), "the normal form is idempotent");
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Fault, `expected a fault, got ${String(thrown)}`);
  return thrown;
}
