import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Fault, type SystemWriter } from "@holdfast/core";
import fc from "fast-check";

/** What is known of the machine before a law opens one. */
export interface SystemLawsOptions {
  /** For the titles. */
  readonly machine: string;
  /** How often a property is tried. */
  readonly runs: number;
}

/** A running machine whose name may be changed, because it is nobody else's. */
export interface SystemSubject extends AsyncDisposable {
  readonly system: SystemWriter;
  /** The system of a directory of that machine. */
  readonly ofRoot: SystemWriter;
  /** What others see, and set. */
  readonly actor: { hostName(): string; setHostName(name: string): void };
  /** Waits for work as long as the machine's clock needs. */
  finish<T>(work: Promise<T>): Promise<T>;
}

const { signal: UNSTOPPED } = new AbortController();
const name = fc.stringMatching(/^[a-z0-9]{1,30}(?:-[a-z0-9]{1,30})?$/);
const noName = fc.oneof(
  fc.constant(""),
  fc.constant("a\0b"),
  fc.string({ minLength: 65, maxLength: 200 }),
  fc.constant("ü".repeat(33)),
);

/** The laws of what runs on a machine (semantics K9, K10), registered with node's test runner for one kind of machine. */
export function systemLaws(
  { machine, runs }: SystemLawsOptions,
  open: () => Promise<SystemSubject>,
): void {
  describe(`system laws on ${machine}`, () => {
    test("K10: the name that was set last is the kernel's, whoever has set it", async () => {
      await using subject = await open();
      const { system, actor, finish } = subject;
      const property = fc.asyncProperty(name, name, async (ours, theirs) => {
        await finish(system.setHostName(ours, UNSTOPPED));
        assert.equal(actor.hostName(), ours);
        assert.equal(await finish(system.hostName(UNSTOPPED)), ours);
        actor.setHostName(theirs);
        assert.equal(await finish(system.hostName(UNSTOPPED)), theirs);
      });
      await fc.assert(property, { numRuns: runs });
    });

    test("K10: a name that the kernel would refuse, or would cut, is refused, and the name stays", async () => {
      await using subject = await open();
      const { system, actor, finish } = subject;
      actor.setHostName("before");
      const property = fc.asyncProperty(noName, async (bad) => {
        await mustFail(finish(system.setHostName(bad, UNSTOPPED)), "InputInvalid");
        assert.equal(actor.hostName(), "before");
      });
      await fc.assert(property, { numRuns: runs });
    });

    test("K9: while the machine runs, its boot has one id", async () => {
      await using subject = await open();
      const { system, finish } = subject;
      const first = await finish(system.bootId(UNSTOPPED));
      assert.match(String(first), /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      await finish(system.setHostName("another", UNSTOPPED));
      assert.equal(await finish(system.bootId(UNSTOPPED)), first);
    });

    test("in another root nothing of the machine is reported, and nothing of it is changed", async () => {
      await using subject = await open();
      const { ofRoot, actor, finish } = subject;
      actor.setHostName("around");
      assert.equal(await finish(ofRoot.hostName(UNSTOPPED)), undefined);
      assert.equal(await finish(ofRoot.bootId(UNSTOPPED)), undefined);
      await mustFail(finish(ofRoot.setHostName("inside", UNSTOPPED)), "NothingRuns");
      await mustFail(finish(ofRoot.reboot({ reason: "a law" }, UNSTOPPED)), "NothingRuns");
      assert.equal(actor.hostName(), "around");
    });

    test("a call that is stopped before it begins does nothing", async () => {
      await using subject = await open();
      const { system, actor, finish } = subject;
      actor.setHostName("kept");
      const stopped = AbortSignal.abort();
      await mustFail(finish(system.hostName(stopped)), "Aborted");
      await mustFail(finish(system.bootId(stopped)), "Aborted");
      await mustFail(finish(system.setHostName("changed", stopped)), "Aborted");
      await mustFail(finish(system.reboot({ reason: "a law" }, stopped)), "Aborted");
      assert.equal(actor.hostName(), "kept");
    });
  });
}

async function mustFail(work: Promise<unknown>, reason: Fault["reason"]): Promise<void> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Fault, `expected ${reason}, got ${String(thrown)}`);
  assert.equal(thrown.reason, reason, thrown.message);
}
