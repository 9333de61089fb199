import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackageHint } from "@holdfast/core";
import { mustDo, type PackageSubject, transact, UNSTOPPED } from "./package-subject.ts";

/** A transaction replaces the database several times, and some tools free their lock in between. */
const MOST_HINTS = 10;

/** Laws of hearing. */
export function hintLaws(open: () => Promise<PackageSubject>): void {
  test("K3, K2: a change by others is noticed, the third time like the first", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base" }] });
    const hints: PackageHint[] = [];
    await using _watch = await subject.packages.watch((hint) => hints.push(hint), UNSTOPPED);
    for (const change of [
      () => transact(subject, { install: [{ name: "hf-extra" }] }),
      () => transact(subject, { remove: ["hf-extra"] }),
      async () => subject.actor.disturb(),
    ]) {
      hints.length = 0;
      await change();
      assert.ok(await subject.until(() => hints.length > 0));
      await subject.settle();
      assert.deepEqual([...new Set(hints.map(({ type }) => type))], ["installed"]);
      assert.ok(hints.length < MOST_HINTS, `${hints.length} hints of one change`);
    }
  });

  test("other lists are noticed as other candidates", async () => {
    await using subject = await open();
    const hints: PackageHint[] = [];
    await using _watch = await subject.packages.watch((hint) => hints.push(hint), UNSTOPPED);
    subject.actor.publish({ name: "hf-late", version: "1.0-1" });
    await subject.actor.fetchLists();
    assert.ok(await subject.until(() => hints.some(({ type }) => type === "available")));
    assert.ok(!hints.some(({ type }) => type === "installed"));
  });

  test("hints are held back while somebody holds the lock", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base" }] });
    const hints: PackageHint[] = [];
    await using _watch = await subject.packages.watch((hint) => hints.push(hint), UNSTOPPED);
    const lock = await subject.actor.lock();
    subject.actor.disturb();
    await subject.settle();
    assert.deepEqual(hints, []);
    await lock[Symbol.asyncDispose]();
    assert.ok(await subject.until(() => hints.length > 0));
  });

  test("a watch that was disposed says nothing more", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base" }] });
    const hints: PackageHint[] = [];
    const watch = await subject.packages.watch((hint) => hints.push(hint), UNSTOPPED);
    subject.actor.disturb();
    await watch[Symbol.asyncDispose]();
    await watch[Symbol.asyncDispose]();
    assert.equal(await watch.ended, undefined);
    await subject.settle();
    assert.deepEqual(hints, []);
  });
}
