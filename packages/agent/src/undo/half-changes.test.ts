import assert from "node:assert/strict";
import { test } from "node:test";
import { createSimulatedKernel } from "@holdfast/testing";
import { AgentMachine } from "./testing/agent-machine.ts";

const MANIFEST = `
apiVersion: holdfast/v1
kind: Manifest
metadata: { name: half }
resources:
  - { kind: directory, name: /srv, spec: { mode: "0750", owner: 7, group: 8 } }
`;
const FOUND = ["/ directory 0755 0:0", "/srv directory 0701 1:2"];
const DECLARED = ["/ directory 0755 0:0", "/srv directory 0750 7:8"];

function scene(): AgentMachine {
  const kernel = createSimulatedKernel();
  kernel.tamper.makeDirectory("/srv", { mode: 0o701, uid: 1, gid: 2 });
  kernel.sync();
  return new AgentMachine(kernel, {});
}

test("promise 9: what an attempt left that failed half-way is not what was there before, whoever tries again", async () => {
  const machine = scene();
  const { kernel } = machine;
  kernel.injection.fail({ call: "chmod" }, "EIO");
  const [failed] = (await machine.apply(MANIFEST)) ?? [];
  assert.equal(failed?.status, "failed");
  assert.deepEqual(kernel.inspect.tree(), [FOUND[0], "/srv directory 0701 7:8"]);
  await machine.apply(MANIFEST);
  kernel.injection.relieve();
  await undone(machine);
});

test("promise 9: what an attempt left that was cut off half-way is not what was there before", async () => {
  let halves = 0;
  for (let call = 1; ; call += 1) {
    const machine = scene();
    const results = await machine.apply(MANIFEST, { at: "files", call });
    if (results !== undefined) break;
    machine.kill();
    const [, now] = machine.kernel.inspect.tree();
    if (now !== FOUND[1] && now !== DECLARED[1]) halves += 1;
    await undone(machine);
  }
  assert.ok(halves > 0, "none was cut off half-way");
});

/** Applies, and undoes all of it. */
async function undone(machine: AgentMachine): Promise<void> {
  await machine.apply(MANIFEST);
  assert.deepEqual(machine.kernel.inspect.tree(), DECLARED);
  await machine.undo(MANIFEST, { selector: { type: "since", atMs: 0 } });
  assert.deepEqual(machine.kernel.inspect.tree(), FOUND);
}
