import assert from "node:assert/strict";
import { test } from "node:test";
import { DaemonFault } from "../daemon-fault.ts";
import { releaseMemory } from "./release-memory.ts";

test("memory that is free is given back, to V8 and to the system", async () => {
  let hoard: unknown[] | undefined = Array.from({ length: 300_000 }, (_, at) => ({ at }));
  const gone = new WeakRef(hoard);
  assert.equal(hoard.length, 300_000);
  hoard = undefined;
  const before = process.memoryUsage();
  assert.deepEqual(await releaseMemory(), []);
  const after = process.memoryUsage();
  assert.equal(gone.deref(), undefined);
  assert.ok(after.heapTotal < before.heapTotal, `${before.heapTotal} → ${after.heapTotal}`);
  assert.ok(after.rss < before.rss, `${before.rss} → ${after.rss}`);
});

test("when one part fails, the other works all the same, and the failure is reported", async () => {
  const fault = new DaemonFault({ reason: "NativeUnavailable", message: "m", resolution: "r" });
  const trimMemory = (): never => {
    throw fault;
  };
  assert.deepEqual(await releaseMemory(Promise.resolve({ trimMemory })), [fault]);
});
