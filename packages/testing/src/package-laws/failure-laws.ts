import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackageProgress } from "@holdfast/core";
import {
  assertDone,
  find,
  installed,
  mustDo,
  mustFail,
  type PackageSubject,
  transact,
  UNSTOPPED,
} from "./package-subject.ts";

/** Laws of what goes wrong: scripts, locks, kills, stops. */
export function failureLaws(open: () => Promise<PackageSubject>): void {
  test("trap 1: a lock is waited for and its holder named; asking takes no lock", async () => {
    await using subject = await open();
    assert.equal(await subject.packages.lockHolder(UNSTOPPED), undefined);
    const lock = await subject.actor.lock();
    const holder = await subject.packages.lockHolder(UNSTOPPED);
    assert.ok(holder !== undefined);
    assert.equal(holder.pid, lock.pid);
    assert.deepEqual(await installed(subject), {}, "reading waits for nobody");
    const waiting = Promise.withResolvers<PackageProgress>();
    const work = transact(
      subject,
      { install: [{ name: "hf-extra" }] },
      {
        progress(step) {
          waiting.resolve(step);
          if (step.type === "waiting") void lock[Symbol.asyncDispose]();
        },
      },
    );
    const step = await waiting.promise;
    assert(step.type === "waiting", step.type);
    assert.equal(step.holder.pid, lock.pid);
    assertDone(await work, "hf-extra");
    assert.equal(await subject.packages.lockHolder(UNSTOPPED), undefined);
  });

  test("trap 1: after the deadline the fault says who holds the lock, and nothing was done", async () => {
    await using subject = await open();
    await using lock = await subject.actor.lock();
    for (const request of [
      { install: [{ name: "hf-extra" }] },
      { hold: ["hf-extra"] },
      { refreshLists: true },
    ]) {
      const fault = await mustFail(
        transact(subject, request, { lockWaitMs: 300 }),
        "PackagesLocked",
      );
      assert.match(
        fault.message,
        lock.pid === undefined ? /db\.lck/ : new RegExp(`pid ${lock.pid}\\b`),
      );
    }
    assert.deepEqual(await installed(subject), {});
  });

  test("D14: a stop ends the waiting for a lock at once", async () => {
    await using subject = await open();
    await using _lock = await subject.actor.lock();
    const stop = new AbortController();
    const run = { task: "stopped", progress: () => stop.abort() };
    const work = subject.packages.transact({ install: [{ name: "hf-extra" }] }, run, stop.signal);
    await mustFail(subject.finish(work), "Aborted");
    assert.deepEqual(await installed(subject), {});
  });

  test("D14, SIGKILL inside apt: a stop ends the waiting, never the transaction, which is found by its task", async () => {
    await using subject = await open();
    const release = subject.actor.stall("hf-fragile");
    const stop = new AbortController();
    const run = { task: "goes-on" };
    const work = subject.packages.transact({ install: [{ name: "hf-fragile" }] }, run, stop.signal);
    const ended = mustFail(subject.finish(work), "Aborted");
    const isRunning = async (): Promise<boolean> =>
      (await subject.packages.transactionState("goes-on", UNSTOPPED)).type === "running";
    const isAtWork = async (): Promise<boolean> =>
      (await isRunning()) && (await subject.packages.lockHolder(UNSTOPPED)) !== undefined;
    while (!(await isAtWork())) await subject.settle();
    stop.abort();
    await ended;
    assert.equal(await isRunning(), true);
    assert.notEqual(await subject.packages.lockHolder(UNSTOPPED), undefined);
    release();
    while (await isRunning()) await subject.settle();
    assert.equal((await find(subject, "hf-fragile"))?.state.type, "installed");
    await mustDo(subject, { install: [{ name: "hf-fragile" }] });
  });

  test("a task is named so that it can be found, or is refused", async () => {
    await using subject = await open();
    for (const task of ["", "../x", "a b", "-x", "x".repeat(101)]) {
      const work = subject.packages.transact({}, { task }, UNSTOPPED);
      await mustFail(subject.finish(work), "InputInvalid");
    }
  });
}
