import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ledger } from "@holdfast/core";
import fc from "fast-check";
import { LEDGER_IDS, LedgerModel } from "./ledger-model.ts";
import { anyLedgerStep } from "./ledger-step.ts";

/** A ledger under the laws. */
export interface LedgerSubject {
  readonly ledger: Ledger;
  /** What an agent finds that starts now. Default: this ledger does not outlive its process. */
  readonly reopen?: () => Promise<Ledger>;
  /** Something happens to it that must not change what it tells. Default: nothing. */
  readonly disturb?: () => Promise<void>;
}

const anyDisturbedStep = fc.record({ step: anyLedgerStep, isDisturbed: fc.boolean() });

const UNSTOPPED = new AbortController().signal;

/** The laws of every ledger, as tests. `open` makes an empty one each time. */
export function ledgerLaws(name: string, open: () => Promise<LedgerSubject>): void {
  test(`promise 9, C4: ${name} tells what was written to it, whatever that was`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDisturbedStep, { maxLength: 40 }), async (steps) => {
        const { ledger, reopen, disturb } = await open();
        const model = new LedgerModel();
        for (const { step, isDisturbed } of steps) {
          await model.take(step, ledger);
          if (isDisturbed) await disturb?.();
          model.compare(ledger);
          if (reopen !== undefined) model.compare(await reopen());
        }
      }),
      { numRuns: 150 },
    );
  });

  test(`C4: ${name} knows the task of an attempt until its outcome, and no longer`, async () => {
    const { ledger, reopen } = await open();
    const [id] = LEDGER_IDS;
    assert.ok(id !== undefined);
    const intent = { id, attempt: "a", verb: "update", specDigest: "s", cause: "intent" } as const;
    const tasks = async (): Promise<readonly unknown[]> =>
      ((await reopen?.()) ?? ledger).inFlight().map(({ attempt, task }) => [attempt, task]);
    await ledger.task("a", "before its intent", UNSTOPPED);
    await ledger.begin(intent, UNSTOPPED);
    assert.deepEqual(await tasks(), [["a", undefined]]);
    await ledger.task("a", "first", UNSTOPPED);
    await ledger.task("a", "second", UNSTOPPED);
    await ledger.task("another", "third", UNSTOPPED);
    assert.deepEqual(await tasks(), [["a", "second"]]);
    await ledger.finish({ type: "failed", id, attempt: "a" }, UNSTOPPED);
    assert.deepEqual(await tasks(), []);
    await ledger.begin(intent, UNSTOPPED);
    assert.deepEqual(await tasks(), [["a", undefined]]);
  });
}
