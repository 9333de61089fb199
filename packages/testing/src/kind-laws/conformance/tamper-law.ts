import assert from "node:assert/strict";
import { perform, type SampleOperation } from "../../operations/package-operation.ts";
import type { LawMachine } from "../../law-machines/law-machine.ts";
import type { Law } from "./law.ts";
import { faultOf, type Resource } from "./resource.ts";
import { doAll, prepare, reconcile, type TestRun, UNSTOPPED, unexpected } from "./test-run.ts";

/** The second and the hundredth tamper are seen like the first (semantics K2). */
const TAMPERS = 100;

/**
 * Law 6: what somebody does behind the resource's back is seen by the next observation and hinted by its watch, a hundred times
 * over, whatever it was; and each time apply puts it right, once that is possible.
 */
export const tamperingIsSeen: Law = async ({ testRun, tampers, rounds = TAMPERS }, open) => {
  const { sample } = testRun;
  await using machine = open();
  prepare(machine, sample);
  const resource = testRun.resource();
  await machine.finish(reconcile(resource, machine, { attempt: "start" }));
  let hints = 0;
  const hear = (): void => {
    hints += 1;
  };
  const sink = { hint: hear, overflow: hear };
  const watching = resource.watch({ machine, signal: UNSTOPPED }, sink);
  await using watch = await machine.finish(watching);
  for (let round = 1; round <= rounds; round++) {
    const operation = tampers[(round - 1) % tampers.length];
    assert.ok(operation !== undefined);
    await machine.settle();
    const [trigger, tree] = [hints, machine.tree()];
    perform(operation, machine);
    if (isSame(machine.tree(), tree)) continue;
    const words = `tamper ${round}, ${JSON.stringify(operation)},`;
    await assertSeen(resource, machine, words);
    if (watch !== undefined && sample.isUnnoticed !== true) {
      const isHinted = await machine.until(() => hints > trigger);
      assert.ok(isHinted, `${words} is not hinted`);
    }
    await putRight({ testRun, resource, machine, operation, round });
  }
};

async function assertSeen(resource: Resource, machine: LawMachine, words: string): Promise<void> {
  for (const how of ["alone", "in bulk"] as const) {
    const work = resource.observe(how, { machine, signal: UNSTOPPED });
    const fault = await machine.finish(
      faultOf(
        work.then(({ changes }) =>
          assert.notDeepEqual(changes, [], `${words} is not seen by an observation ${how}`),
        ),
      ),
    );
    // Unknown is not in sync, so it is seen.
    if (fault !== undefined) continue;
  }
}

async function putRight(place: {
  readonly testRun: TestRun;
  readonly resource: Resource;
  readonly machine: LawMachine;
  readonly operation: SampleOperation;
  readonly round: number;
}): Promise<void> {
  const { testRun, resource, machine, operation, round } = place;
  const tree = machine.tree();
  const attempt = `tamper-${round}`;
  const fault = await machine.finish(faultOf(reconcile(resource, machine, { attempt })));
  if (fault === undefined) return;
  const words = `what is refused (${fault.reason}: ${fault.message}) leaves everything as it was`;
  assert.deepEqual(machine.tree(), tree, words);
  doAll(machine, testRun.sample.needs);
  const again = await machine.finish(
    faultOf(reconcile(resource, machine, { attempt: `${attempt}-again` })),
  );
  if (again !== undefined)
    throw unexpected(`not put right after ${JSON.stringify(operation)}`, again);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, at) => line === other[at]);
}
