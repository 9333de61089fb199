import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceId } from "@holdfast/core";
import { createSimulatedKernel } from "@holdfast/testing";
import { AgentMachine } from "./testing/agent-machine.ts";
import { UNSTOPPED } from "./testing/agent-parts.ts";
import { manifestOf, pathOf } from "./testing/file-history.ts";

const MANIFEST = manifestOf({ a: 1, b: 1, c: 1 });
const ALL = { selector: { type: "since", atMs: 0 } } as const;
const NAMES = ["a", "b", "c"];
const FOUND = NAMES.map((name) => `${name} was there\n`);

/** A machine whose files the agent has changed. */
async function scene(): Promise<AgentMachine> {
  const kernel = createSimulatedKernel();
  kernel.tamper.makeDirectory("/app");
  for (const [at, name] of NAMES.entries()) kernel.tamper.write(pathOf(name), FOUND[at] ?? "");
  kernel.sync();
  const machine = new AgentMachine(kernel, {});
  await machine.apply(MANIFEST);
  return machine;
}

function contents({ kernel }: AgentMachine): readonly (string | undefined)[] {
  return NAMES.map((name) => kernel.inspect.text(pathOf(name)));
}

test("F5: wherever an undo is cut off, what somebody changes before the next start stays, unless the agent was at work on it", async () => {
  let kept = 0;
  for (let call = 1; ; call += 1) {
    const machine = await scene();
    if ((await machine.undo(MANIFEST, ALL, { at: "records", call })) !== undefined) break;
    machine.kill();
    const { ledger } = await machine.records();
    const id = resourceId("file", pathOf("b"));
    const isBegun = ledger.hold(id) !== undefined;
    const isAtWork = ledger.inFlight().some((intent) => intent.id === id);
    machine.kernel.tamper.write(pathOf("b"), "by hand\n");
    await machine.apply(MANIFEST);
    const now = contents(machine)[1];
    if (!isBegun) assert.equal(now, "b 1\n", "it drifted, and is repaired");
    else assert.equal(now, isAtWork ? FOUND[1] : "by hand\n", `at call ${call}`);
    if (isBegun && !isAtWork) kept += 1;
  }
  assert.ok(kept > 3, `${kept} points are too few`);
});

test("F5: what was changed again after an undo was cut off is not undone by the next start", async () => {
  const machine = await scene();
  const { ledger } = await machine.records();
  const id = resourceId("file", pathOf("b"));
  const [change] = ledger.changes(id);
  assert.ok(change !== undefined);
  const { op, atMs } = change;
  const hold = { specDigest: "another", op, atMs: atMs - 1, why: "undone" } as const;
  await ledger.putHold(id, { ...hold, isPending: true }, UNSTOPPED);
  await machine.apply(MANIFEST);
  assert.equal(contents(machine)[1], "b 1\n");
});

test("promise 9: an undo that was cut off ends at the next start, and one that was asked to stop leaves nothing to end", async () => {
  const machine = await scene();
  assert.equal(await machine.undo(MANIFEST, ALL, { at: "files", call: 2 }), undefined);
  machine.kill();
  await machine.apply(MANIFEST);
  assert.deepEqual(contents(machine), FOUND);
  const again = await scene();
  const stopped = AbortSignal.abort();
  await assert.rejects(again.undo(MANIFEST, ALL, undefined, stopped));
  const { ledger } = await again.records();
  assert.deepEqual([...ledger.allHolds()], []);
});
