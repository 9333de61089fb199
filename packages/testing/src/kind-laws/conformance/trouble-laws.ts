import assert from "node:assert/strict";
import { Fault } from "@holdfast/core";
import type { HostCall, Trouble } from "../../law-machines/call-gate.ts";
import type { LawMachine, Surviving } from "../../law-machines/law-machine.ts";
import { withoutUnits } from "../../law-machines/unit-lines.ts";
import type { Drawn, Law, MortalLaw } from "./law.ts";
import { faultOf } from "./resource.ts";
import { type Around, assertOldOrNew, litterIn } from "./tree-lines.ts";
import { prepare, reconcile, settleAfterTrouble, type TestRun } from "./test-run.ts";

/** A call that takes something away: when the machine refuses that, something is left. */
const REMOVALS: ReadonlySet<string> = new Set(["unlink", "removeDirectory"]);

/** Calls of one reconcile beyond this are not each tried: no kind of ours comes near it. */
export const MAX_CALLS = 400;

/** When a command is killed: before it did anything, in the middle of its work, and after the last of it. */
const KILLED_AFTER_CHANGES = [0, 1, 2, Number.POSITIVE_INFINITY];

/** How a reconcile goes where nothing is in its way. */
interface Undisturbed extends Around {
  readonly calls: readonly HostCall[];
}

/**
 * Law 4: whichever call of a reconcile fails, hangs, or finds the work aborted, and whichever command is killed in the middle
 * of its work or ends with an exit code that is not zero: what comes out is a Fault or a resource
 * as declared, and it comes out; no handle stays open; what was begun is cleaned up, by the attempt itself unless the
 * machine refuses just that, else from `temporaries`; and the next reconcile ends as if nothing had been. A one-shot that was
 * cut off waits for a person, and is not begun again before one has spoken.
 */
export const survivesTrouble: Law = async (drawn, open) => {
  const { testRun, errno } = drawn;
  const undisturbed = await reconcileUndisturbed(testRun, open);
  for (const [position, call] of troubled(undisturbed.calls, drawn)) {
    for (const trouble of disturbancesOf(call, errno)) {
      await published(`call ${position + 1}, ${call.name}: ${wordsOf(trouble)}`, () =>
        tryTrouble({ testRun, undisturbed, nth: position + 1, trouble }, open),
      );
    }
  }
};

/** The calls that meet trouble, with their positions: all, or some that are spread over them. */
function troubled(
  calls: readonly HostCall[],
  { troubledCalls, seed }: Drawn,
): readonly (readonly [number, HostCall])[] {
  const every = Math.ceil(calls.length / troubledCalls);
  return [...calls.entries()].filter(([position]) => position % every === seed % every);
}

/** What one call may meet. A query that says no has answered: only what should change something fails by that. */
function disturbancesOf(
  { mayWait, isCommand, isMutation }: HostCall,
  errno: string,
): readonly Trouble[] {
  const killed = isCommand === true ? KILLED_AFTER_CHANGES : [];
  return [
    { type: "fail", errno },
    ...(mayWait ? [{ type: "hang" } as const] : []),
    { type: "abort" },
    ...killed.map((afterChanges) => ({ type: "killed", afterChanges }) as const),
    ...(isCommand === true && isMutation ? [{ type: "refuse", exitCode: 1 } as const] : []),
  ];
}

function wordsOf(trouble: Trouble): string {
  return trouble.type === "killed" ? `killed after ${trouble.afterChanges} changes` : trouble.type;
}

/**
 * Law 5: power lost before any call that changes something leaves the old or the new, never a mixture; clearing its temporaries and
 * reconcile then end as if nothing had been, with no litter; and what apply has said is done is on the disk.
 */
export const survivesLossOfPower: MortalLaw = async ({ testRun, seed }, open) => {
  const undisturbed = withoutRunning(await reconcileUndisturbed(testRun, open));
  const leavings: readonly Surviving[] = ["synced", "everything", { seed }];
  for (const [position, call] of undisturbed.calls.entries()) {
    if (!call.isMutation) continue;
    await using machine = open();
    prepare(machine, testRun.sample);
    const stopped = Promise.withResolvers<void>();
    const trouble = { type: "stop" } as const;
    machine.gate.begin({ nth: position + 1, trouble, reached: stopped.resolve });
    // A machine without power never answers, so what waits for it waits for ever.
    const work = reconcile(testRun.resource(), machine, { attempt: "first" });
    await machine.finish(Promise.race([work.catch(() => {}), stopped.promise]));
    assert.ok(machine.gate.isStopped, "a reconcile is the same the second time");
    for (const surviving of leavings) {
      await published(`power lost before call ${position + 1}, ${call.name}`, () =>
        riseAgain(testRun, undisturbed, machine.reboot(surviving)),
      );
    }
  }
  await using machine = open();
  prepare(machine, testRun.sample);
  await machine.finish(reconcile(testRun.resource(), machine, { attempt: "first" }));
  const { tree } = machine.reboot("synced");
  assert.deepEqual(withoutUnits(tree()), undisturbed.after, "what is done is durable");
};

function withoutRunning({ before, after, calls }: Undisturbed): Undisturbed {
  return { before: withoutUnits(before), after: withoutUnits(after), calls };
}

async function reconcileUndisturbed(
  testRun: TestRun,
  open: () => LawMachine,
): Promise<Undisturbed> {
  await using machine = open();
  prepare(machine, testRun.sample);
  const before = machine.tree();
  machine.gate.begin();
  await machine.finish(reconcile(testRun.resource(), machine, { attempt: "first" }));
  const { calls } = machine.gate;
  assert.ok(calls.length <= MAX_CALLS, `a reconcile makes ${calls.length} calls: draw less`);
  return { before, after: machine.tree(), calls };
}

async function tryTrouble(
  request: {
    readonly testRun: TestRun;
    readonly undisturbed: Undisturbed;
    readonly nth: number;
    readonly trouble: Trouble;
  },
  open: () => LawMachine,
): Promise<void> {
  const { testRun, undisturbed, nth, trouble } = request;
  await using machine = open();
  prepare(machine, testRun.sample);
  const stop = new AbortController();
  machine.gate.begin({ nth, trouble, reached: () => stopFor(trouble, stop) });
  const work = reconcile(testRun.resource(), machine, { attempt: "first", signal: stop.signal });
  await machine.finish(faultOf(work));
  assert.ok(machine.gate.isReached, "a reconcile is the same the second time");
  machine.gate.release();
  await machine.settle();
  assert.equal(machine.gate.openHandles, 0, "a handle stays open");
  const call = undisturbed.calls[nth - 1]?.name ?? "";
  if (trouble.type !== "fail" || !REMOVALS.has(call))
    assert.deepEqual(litterIn(machine.tree(), undisturbed), [], "something is left behind");
  await clearUpAndSettle(testRun, undisturbed, machine);
}

function stopFor(trouble: Trouble, stop: AbortController): void {
  const fault = new Fault({
    reason: "Aborted",
    message: "a law stops the work here",
    resolution: "Nothing is to be done.",
  });
  if (trouble.type === "abort") stop.abort(fault);
  // Not before the call hangs.
  if (trouble.type === "hang") queueMicrotask(() => stop.abort(fault));
}

async function riseAgain(
  testRun: TestRun,
  undisturbed: Undisturbed,
  machine: LawMachine,
): Promise<void> {
  const tree = (): readonly string[] => withoutUnits(machine.tree());
  if (testRun.sample.isStepwise !== true) assertOldOrNew(tree(), undisturbed);
  await clearUpAndSettle(testRun, undisturbed, { ...machine, tree });
}

async function clearUpAndSettle(
  testRun: TestRun,
  undisturbed: Undisturbed,
  machine: LawMachine,
): Promise<void> {
  machine.gate.begin();
  const resource = testRun.resource();
  await machine.finish(resource.clearUp("first", machine));
  await settleAfterTrouble(resource, machine, "second");
  assert.equal(machine.gate.openHandles, 0, "a handle stays open");
  assert.deepEqual(machine.tree(), undisturbed.after, "it ends as if nothing had been");
}

/** Says where it was, when a law is broken there. */
async function published(where: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const broken = new assert.AssertionError({
      message: `${where}: ${what}`,
      ...(error instanceof assert.AssertionError
        ? { actual: error.actual, expected: error.expected, operator: error.operator }
        : {}),
    });
    throw Object.assign(broken, { cause: error });
  }
}
