import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceId } from "@holdfast/core";
import { createSimulatedKernel } from "@holdfast/testing";
import { AgentMachine, type Stop } from "./testing/agent-machine.ts";

const MANIFEST = `
apiVersion: holdfast/v1
kind: Manifest
metadata: { name: crash }
resources:
  - { kind: exec, name: rotate, spec: { command: [rotate], onNotify: true } }
`;
const ASKED = { id: resourceId("exec", "rotate"), operation: "run" };
const KEYED = { ...ASKED, key: "tonight" };

for (const [how, end] of [
  ["killed", (machine: AgentMachine) => machine.kill()],
  ["cut off, with everything unsynced lost,", (machine: AgentMachine) => machine.losePower()],
] as const) {
  test(`C4, C8: ${how} at any call of an operation with a key, it is done once or its outcome is unknown, and never twice`, async (t) => {
    let points = 0;
    for (const at of ["files", "records"] as const)
      for (let call = 1; await survives({ at, call }, end); call += 1) points += 1;
    t.diagnostic(`${points} points`);
    assert.ok(points > 5, `${points} points are too few`);
  });
}

/** False when the operation is over before the stop. */
async function survives(stop: Stop, end: (machine: AgentMachine) => void): Promise<boolean> {
  let runs = 0;
  const rotate = () => {
    runs += 1;
    return {};
  };
  const machine = new AgentMachine(createSimulatedKernel(), { rotate });
  await machine.apply(MANIFEST);
  if ((await machine.operate(MANIFEST, KEYED, stop)) !== undefined) return false;
  end(machine);
  const runsBefore = runs;
  const again = await machine.operate(MANIFEST, KEYED);
  assert.ok(again !== undefined, "it has power to the end");
  const { status, fault } = again;
  assert.ok(runs <= 1, "it ran twice");
  if (status === "failed") assert.equal(fault?.reason, "OutcomeUnknown", fault?.message);
  else assert.equal(runs, 1, `it is ${status} and ran not`);
  assert.ok(status !== "done" || runsBefore === 0, "it was done before, and is done again");
  const third = await machine.operate(MANIFEST, KEYED);
  assert.equal(third?.status, status === "failed" ? "failed" : "repeated");
  assert.ok(runs <= 1, "it ran twice");
  assert.equal((await machine.operate(MANIFEST, ASKED))?.status, "done");
  const { ledger } = await machine.records();
  assert.deepEqual(ledger.inFlight(), [], "no attempt is left open");
  return true;
}
