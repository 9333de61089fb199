import assert from "node:assert/strict";
import { Fault } from "@holdfast/core";
import type { TroublePlan } from "../../law-machines/call-gate.ts";
import type { LawMachine } from "../../law-machines/law-machine.ts";
import type { Law } from "./law.ts";
import type { Reading, Resource } from "./resource.ts";
import { prepare, UNSTOPPED } from "./test-run.ts";

const WAYS = ["alone", "in bulk"] as const;

/** The comparable part of two observations: their result, or why there is none. */
type Sight = Pick<Reading, "isPresent" | "changes" | "fingerprint"> | Fault;

/** Law 1: observe, snapshot and diff write nothing, and both ways of looking show the same. */
export const observingWritesNothing: Law = async ({ testRun }, open) => {
  await using machine = open();
  prepare(machine, testRun.sample);
  const tree = machine.tree();
  const resource = testRun.resource();
  const sights: Sight[] = [];
  for (const how of WAYS) {
    machine.gate.begin();
    sights.push(await sightOf(resource, how, machine));
    assertUntouched(machine, tree);
  }
  const [alone, inBulk] = sights;
  assert.ok(alone !== undefined && inBulk !== undefined);
  if (alone instanceof Fault || inBulk instanceof Fault) {
    assert.ok(alone instanceof Fault && inBulk instanceof Fault, "a snapshot knows as much");
    assert.equal(inBulk.reason, alone.reason, "a snapshot shows the same");
  } else assert.deepEqual(inBulk, alone, "a snapshot shows the same");
};

/**
 * Law 7: what cannot be read is unknown. With one read failing, or all from one on, observe gives the truth or says
 * that it does not know it: a thing that is there is never absent, and nothing is written.
 */
export const unknownIsNotAbsent: Law = async ({ testRun, errno }, open) => {
  await using machine = open();
  prepare(machine, testRun.sample);
  const tree = machine.tree();
  const resource = testRun.resource();
  for (const how of WAYS) {
    machine.gate.begin();
    const truth = await sightOf(resource, how, machine);
    for (const { nth, trouble } of failures(machine.gate.calls.length, errno)) {
      machine.gate.begin({ nth, trouble });
      const sight = await sightOf(resource, how, machine);
      const call = machine.gate.calls[nth - 1]?.name ?? "none";
      if (!(sight instanceof Fault))
        assert.deepEqual(sight, truth, `an observation is wrong when call ${nth}, ${call}, fails`);
      assertUntouched(machine, tree);
    }
  }
};

/** Every call failing alone, and every call failing with all after it. */
function failures(count: number, errno: string): readonly TroublePlan[] {
  return Array.from({ length: count }, (_, position) => position + 1).flatMap((nth) => [
    { nth, trouble: { type: "fail", errno } as const },
    { nth, trouble: { type: "outage", errno } as const },
  ]);
}

async function sightOf(
  resource: Resource,
  how: "alone" | "in bulk",
  machine: LawMachine,
): Promise<Sight> {
  try {
    const observe = resource.observe(how, { machine, signal: UNSTOPPED });
    const { isPresent, changes, fingerprint } = await machine.finish(observe);
    return { isPresent, changes, fingerprint };
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function assertUntouched(machine: LawMachine, tree: readonly string[]): void {
  assert.deepEqual(machine.gate.mutations, [], "an observation writes nothing");
  assert.deepEqual(machine.tree(), tree, "an observation changes nothing");
  assert.equal(machine.gate.openHandles, 0, "an observation leaves no handle open");
}
