import assert from "node:assert/strict";
import { test } from "node:test";
import { anyLedgerStep, LedgerModel, type LedgerStep, MemoryLedger } from "@holdfast/testing";
import { type LogInjection, SHORT_WRITES, SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import type { OpenLedger } from "./ledger.ts";
import { grownLedger, LEDGER, openOnDisk, UNSTOPPED, warnings } from "./testing/open-on-disk.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The answers of a ledger after these steps. */
async function modelOf(steps: readonly LedgerStep[]): Promise<LedgerModel> {
  const model = new LedgerModel();
  const ledger = new MemoryLedger();
  for (const step of steps) await model.take(step, ledger);
  return model;
}

/** Asserts that a ledger answers as one of these does. */
function compareAny(models: readonly LedgerModel[], ledger: OpenLedger): void {
  const failures: unknown[] = [];
  for (const model of models) {
    try {
      return model.compare(ledger);
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

/** Does the steps one after the other until one does not end; returns how many did. */
async function doUntilStopped(
  disk: SimulatedLogDisk,
  steps: readonly LedgerStep[],
): Promise<number> {
  let done = 0;
  const doing = async (): Promise<void> => {
    const ledger = await openOnDisk(disk);
    const model = new LedgerModel();
    for (const step of steps) {
      await model.take(step, ledger);
      done += 1;
    }
  };
  void doing();
  await settle();
  return done;
}

const anySteps = fc.array(anyLedgerStep, { minLength: 1, maxLength: 8 });
const anyLuck = fc.double({ min: 0, max: 1, noNaN: true });

for (const [name, content] of [
  ["a new ledger", undefined],
  ["a ledger that is about to be compacted", grownLedger(1_998)],
  ["a ledger of the first format", '{"type":"ledger","version":1,"lineage":"00"}\n'],
] as const) {
  test(`promise 9, C4: power lost at any call on ${name}, with any luck, leaves what was acknowledged, and at most what was being written`, async () => {
    const files = content === undefined ? {} : { [LEDGER]: content };
    await fc.assert(
      fc.asyncProperty(
        anySteps,
        fc.integer({ min: 1, max: 60 }),
        anyLuck,
        anyLuck,
        async (steps, atCall, luck, luckOfNew) => {
          const options = { ...SHORT_WRITES, injection: "power-lost", atCall } as const;
          const disk = SimulatedLogDisk.holding(files, options);
          const done = await doUntilStopped(disk, steps);
          const luckOf = (each: string): number => (each === LEDGER ? luck : luckOfNew);
          const survivor = disk.afterPowerLoss(luckOf, {});
          const { log, warned } = warnings();
          const ledger = await openOnDisk(survivor, { log });
          const models = [
            await modelOf(steps.slice(0, done)),
            await modelOf(steps.slice(0, done + 1)),
          ];
          compareAny(models, ledger);
          assert.ok(!ledger.areKeysInDoubt, "a lost power damages nothing that was acknowledged");
          await ledger.oneShots.begin("after the crash", UNSTOPPED);
          assert.ok(
            warned.every((line) => /torn by a crash/.test(line)),
            warned.join("; "),
          );
          const last = await openOnDisk(survivor);
          compareAny(models, last);
          assert.equal(last.oneShots.state("after the crash"), "begun", "what follows is whole");
        },
      ),
      { numRuns: 150 },
    );
  });
}

const KEYS = ["a", "b", "c", "d", "e"];

/** Keys that are turned, some at once; gives those that were acknowledged, and whether they were done. */
async function turnKeys(ledger: OpenLedger): Promise<ReadonlyMap<string, string>> {
  const acknowledged = new Map<string, string>();
  const turn = async (key: string): Promise<void> => {
    await ledger.oneShots.begin(key, UNSTOPPED);
    acknowledged.set(key, "begun");
    await ledger.oneShots.done(key, UNSTOPPED);
    acknowledged.set(key, "done");
  };
  await Promise.allSettled(KEYS.slice(0, 3).map(turn));
  for (const key of KEYS.slice(3)) await turn(key).catch(() => {});
  return acknowledged;
}

function checkKeys(ledger: OpenLedger, acknowledged: ReadonlyMap<string, string>): void {
  for (const [key, as] of acknowledged) {
    const state = ledger.oneShots.state(key);
    assert.ok(state === as || state === "done", `${key} is ${state} and was acknowledged as ${as}`);
  }
}

for (const injection of ["fails-once", "fails-always"] satisfies readonly LogInjection[]) {
  test(`promise 9, C4: on a disk that ${injection} at any call what was acknowledged stays, what was not does not count`, async () => {
    for (const content of [undefined, grownLedger(1_998)]) {
      const files = content === undefined ? {} : { [LEDGER]: content };
      for (let atCall = 1; atCall <= 40; atCall += 1) {
        const disk = SimulatedLogDisk.holding(files, { ...SHORT_WRITES, injection, atCall });
        const ledger = await openOnDisk(disk);
        const acknowledged = await turnKeys(ledger);
        // A record that was refused is its caller's to try again; the ledger itself has healed.
        const last = () => ledger.oneShots.begin("last", UNSTOPPED);
        if (injection === "fails-once") await last().catch(last);
        await ledger[Symbol.asyncDispose]();
        for (const survivor of [disk.afterKill({}), disk.afterPowerLoss(() => 0, {})]) {
          checkKeys(await openOnDisk(survivor), acknowledged);
        }
      }
    }
  });
}

test("promise 9: a record that is not on the disk does not count", async () => {
  const disk = new SimulatedLogDisk();
  const ledger = await openOnDisk(disk);
  await ledger.oneShots.begin("first", UNSTOPPED);
  disk.isFull = true;
  await assert.rejects(ledger.oneShots.done("first", UNSTOPPED), { reason: "DiskFull" });
  assert.equal(ledger.oneShots.state("first"), "begun");
  assert.equal(ledger.condition?.reason, "DiskFull");
  disk.isFull = false;
  await ledger.oneShots.done("first", UNSTOPPED);
  assert.equal(ledger.oneShots.state("first"), "done");
  assert.equal(ledger.condition, undefined);
});

test("D19: a disk that does not answer holds no caller that gives up", async () => {
  const gate = Promise.withResolvers<void>();
  const disk = new SimulatedLogDisk({
    before: (call) => (call === "sync" ? gate.promise : undefined),
  });
  const ledger = await openOnDisk(disk);
  const abort = new AbortController();
  const begun = ledger.oneShots.begin("key", abort.signal);
  await settle();
  abort.abort();
  await assert.rejects(begun, { reason: "Aborted" });
  assert.equal(ledger.oneShots.state("key"), undefined);
  gate.resolve();
  await ledger.oneShots.begin("next", UNSTOPPED);
  assert.equal(ledger.condition, undefined);
  await ledger[Symbol.asyncDispose]();
});
