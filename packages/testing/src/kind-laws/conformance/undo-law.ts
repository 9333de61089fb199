import assert from "node:assert/strict";
import type { KeptBytes, KnownBefore } from "@holdfast/core";
import { sha256 } from "@holdfast/host";
import type { LawMachine } from "../../law-machines/law-machine.ts";
import type { Law } from "./law.ts";
import type { Reading, Resource } from "./resource.ts";
import { prepare, reconcile, UNSTOPPED } from "./test-run.ts";

/**
 * Law 11: what is changed and undone is seen as it was before, but for what its author says no spec can bring back, and
 * nothing is left to be undone. What the kind says cannot be given back at all is out of it.
 */
export const undoneIsAsBefore: Law = async ({ testRun, beyondUndo = asItIs }, open) => {
  await using machine = open();
  prepare(machine, testRun.sample);
  const resource = testRun.resource();
  const context = { machine, signal: UNSTOPPED };
  const first = await machine.finish(resource.observe("alone", context));
  if (first.changes.length === 0) return;
  const tree = machine.tree();
  const revert = await machine.finish(revertOf({ resource, first, machine }));
  if (revert === undefined) return;
  await machine.finish(reconcile(resource, machine, { attempt: "done" }));
  await machine.finish(reconcile(revert, machine, { attempt: "undone" }));
  const { changes } = await machine.finish(revert.observe("in bulk", context));
  assert.deepEqual(changes, [], "what was undone is still to be undone");
  const again = await machine.finish(resource.observe("alone", context));
  const { type } = first.before();
  // The file of a line that was made for it stays, with what others may have put there.
  if (type === "absent") return;
  assert.equal(
    beyondUndo(again.fingerprint ?? ""),
    beyondUndo(first.fingerprint ?? ""),
    "what was undone is not as it was before",
  );
  if (type !== "file") return;
  const now = new Set(machine.tree());
  const lost = tree.filter((line) => !now.has(line));
  assert.deepEqual(lost, [], "the undo left something else than there was before");
};

function asItIs(fingerprint: string): string {
  return fingerprint;
}

interface Undoing {
  readonly resource: Resource;
  readonly first: Reading;
  readonly machine: LawMachine;
}

/** What gives back what was there; `undefined` where nothing does. */
async function revertOf({ resource, first, machine }: Undoing): Promise<Resource | undefined> {
  const before = first.before();
  switch (before.type) {
    case "lost":
      return undefined;
    case "absent":
      return resource.absent();
    case "input":
      return first.described();
    case "file":
      return await restoring(resource, before, machine);
  }
}

async function restoring(
  resource: Resource,
  before: KnownBefore & { readonly type: "file" },
  { host: { files } }: LawMachine,
): Promise<Resource | undefined> {
  const { place, hasContent } = before;
  const reading = await files.read({ ...place, content: "bytes" }, UNSTOPPED);
  const details = await files.details(place, UNSTOPPED);
  assert.ok(reading.type === "present" && details.type === "present", "what is changed is there");
  const { entry, bytes = new Uint8Array() } = reading.value;
  const { mode, uid, gid, sizeBytes } = entry;
  const kept = hasContent ? inMemory(Uint8Array.from(bytes)) : undefined;
  const preimage = { mode, uid, gid, sizeBytes, ...details.value };
  return resource.restoring(before, { preimage, bytes: kept });
}

/** Now a text, now a stream, as a store gives them. */
function inMemory(bytes: Uint8Array): KeptBytes {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const isText = Buffer.from(text).equals(bytes) && bytes.length % 2 === 0;
  return {
    sha256: sha256.sha256(bytes),
    ...(isText ? { text } : {}),
    async *chunks() {
      yield bytes;
    },
  };
}
