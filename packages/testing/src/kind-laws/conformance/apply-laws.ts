import assert from "node:assert/strict";
import { Fault, type FaultReason } from "@holdfast/core";
import type { LawMachine } from "../../law-machines/law-machine.ts";
import type { Law } from "./law.ts";
import { faultOf, type Reading, type Resource, writing } from "./resource.ts";
import { doAll, prepare, reconcile, type TestRun, UNSTOPPED } from "./test-run.ts";

/**
 * Law 2: after apply nothing differs, however it is observed; or a Fault is thrown and the machine is as it was, and a kind
 * that foretells has said so without touching anything (D20).
 */
export const applyConvergesOrRefuses: Law = async ({ testRun }, open) => {
  await using machine = open();
  prepare(machine, testRun.sample);
  const resource = testRun.resource();
  const { refused } = testRun.sample;
  await assertForetold(resource, machine, refused);
  if (refused !== undefined) await assertRefuses(resource, machine, refused);
  else {
    await machine.finish(reconcile(resource, machine, { attempt: "first" }));
    const again = await observe(testRun, machine, "in bulk");
    assert.deepEqual(again.changes, [], "a snapshot after apply shows a difference");
  }
  assert.equal(machine.gate.openHandles, 0, "an apply leaves a handle open");
};

/** Law 3: a second apply does nothing, and one of an action that is out of date may be repeated. */
export const applyMayBeRepeated: Law = async ({ testRun }, open) => {
  await using machine = open();
  prepare(machine, testRun.sample);
  const resource = testRun.resource();
  const { first, last } = await machine.finish(reconcile(resource, machine, { attempt: "first" }));
  const tree = machine.tree();
  machine.gate.begin();
  await machine.finish(reconcile(testRun.resource(), machine, { attempt: "second" }));
  await machine.finish(last.apply(writing({ machine, signal: UNSTOPPED }, "second"), []));
  assert.deepEqual(machine.gate.mutations, [], "where nothing differs an apply writes");
  assert.deepEqual(machine.tree(), tree, "where nothing differs an apply changes something");
  // What the author of a command lets happen twice is the author's affair.
  if (resource.runsCommands || first.changes.length === 0) return;
  const outdated = first.apply(writing({ machine, signal: UNSTOPPED }, "third"));
  const fault = await machine.finish(faultOf(outdated));
  // It may find that what it should make is there; that is the one way in which it may fail.
  if (fault !== undefined && fault.reason !== "AlreadyExists") throw fault;
  assert.deepEqual(
    (await observe(testRun, machine, "alone")).changes,
    [],
    "an apply may be repeated",
  );
  assert.deepEqual(machine.tree(), tree, "an apply that is repeated changes what was settled");
};

/** Law 8: what is made is gone when it is declared absent, and nothing else is. */
export const absentUndoesPresent: Law = async ({ testRun }, open) => {
  const absent = testRun.resource().absent();
  if (absent === undefined) return;
  await using machine = open();
  doAll(machine, testRun.sample.needs);
  await machine.finish(reconcile(absent, machine, { attempt: "without" }));
  const without = machine.tree();
  await machine.finish(reconcile(testRun.resource(), machine, { attempt: "with" }));
  await machine.finish(reconcile(absent, machine, { attempt: "undone" }));
  assert.deepEqual(machine.tree(), without, "declared absent, it is not as if it had never been");
};

/**
 * Law 9: what was observed can be declared, where the kind can put it into words: then nothing differs; and when it was
 * changed, that declaration brings it back.
 */
export const describedIsTheSame: Law = async ({ testRun }, open) => {
  await using machine = open();
  prepare(machine, testRun.sample);
  const before = (await observe(testRun, machine, "alone")).described();
  if (before !== undefined) await assertAsDescribed(before, machine);
  await machine.finish(reconcile(testRun.resource(), machine, { attempt: "first" }));
  const after = (await observe(testRun, machine, "alone")).described();
  if (after !== undefined) await assertAsDescribed(after, machine);
  if (before === undefined) return;
  await machine.finish(reconcile(before, machine, { attempt: "back" }));
  await assertAsDescribed(before, machine);
};

async function assertAsDescribed(described: Resource, machine: LawMachine): Promise<void> {
  const { changes } = await machine.finish(
    described.observe("alone", { machine, signal: UNSTOPPED }),
  );
  assert.deepEqual(changes, [], "what was described is not what was observed");
}

/** Law 10: whatever goes into a manifest, a plan or a status survives JSON, and equal sights have equal fingerprints. */
export const survivesJson: Law = async ({ testRun }, open) => {
  await using machine = open();
  prepare(machine, testRun.sample);
  const { first, last } = await machine.finish(
    reconcile(testRun.resource(), machine, { attempt: "first" }),
  );
  for (const { changes, details } of [first, last]) {
    assertJson({ type: "Drifted", changes });
    assertJson({ type: "Ready", details: details ?? {} });
  }
  const again = await observe(testRun, machine, "alone");
  assert.equal(again.fingerprint, last.fingerprint, "equal sights have equal fingerprints");
  const rewritten = testRun.rewritten();
  const reread = await machine.finish(rewritten.observe("alone", { machine, signal: UNSTOPPED }));
  assert.deepEqual(reread.changes, last.changes, "a spec that was written as JSON is another");
  assert.equal(reread.fingerprint, last.fingerprint, "a spec that was written as JSON is another");
  if (first.isPresent && last.isPresent && first.changes.length > 0)
    assert.notEqual(first.fingerprint, last.fingerprint, "a fingerprint hides what diff can tell");
};

/** Faults that what is on the machine decides, before anything is tried. */
const FORESEEABLE: ReadonlySet<FaultReason> = new Set([
  "CertificateExpired",
  "CommandNotFound",
  "ContentUnavailable",
  "DirectoryNotEmpty",
  "NotFound",
  "Overridden",
  "UnitMasked",
  "UnitNotFound",
  "UnitNotInstallable",
  "UnknownLocale",
  "UnknownTimeZone",
  "UnknownUser",
  "WrongType",
]);

/** What will be refused is foretold with the same reason, and what can be had is not (D20). */
async function assertForetold(
  resource: Resource,
  machine: LawMachine,
  refused: FaultReason | undefined,
): Promise<void> {
  if (!resource.canForesee) return;
  const tree = machine.tree();
  machine.gate.begin();
  const foretold = await machine.finish(foretell(resource, machine));
  assert.deepEqual(machine.gate.mutations, [], "who foretells writes");
  assert.deepEqual(machine.tree(), tree, "who foretells changes something");
  const isSilent = foretold === undefined && refused !== undefined && !FORESEEABLE.has(refused);
  if (!isSilent) assert.equal(foretold?.reason, refused, `foretold: ${foretold?.message}`);
}

async function foretell(resource: Resource, machine: LawMachine): Promise<Fault | undefined> {
  try {
    const reading = await resource.observe("alone", { machine, signal: UNSTOPPED });
    return reading.changes.length === 0 ? undefined : await reading.foreseen();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** A resource that cannot be had from here: its fault comes out, and nothing is touched. */
async function assertRefuses(
  resource: Resource,
  machine: LawMachine,
  reason: FaultReason,
): Promise<void> {
  const tree = machine.tree();
  const fault = await machine.finish(faultOf(reconcile(resource, machine, { attempt: "refused" })));
  assert.ok(fault instanceof Fault, `${resource.id} should be refused for ${reason}`);
  assert.equal(fault.reason, reason, fault.message);
  assertJson({ type: "Failed", fault: fault.toJSON() });
  assert.deepEqual(machine.tree(), tree, "what is refused leaves everything as it was");
}

function observe(
  testRun: TestRun,
  machine: LawMachine,
  how: "alone" | "in bulk",
): Promise<Reading> {
  return machine.finish(testRun.resource().observe(how, { machine, signal: UNSTOPPED }));
}

function assertJson(value: unknown): void {
  assert.deepEqual(JSON.parse(JSON.stringify(value)), value, "what is shown survives JSON");
}
