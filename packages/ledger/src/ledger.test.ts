import assert from "node:assert/strict";
import { test } from "node:test";
import { type ResourceId, resourceId } from "@holdfast/core";
import { LEDGER_IDS, ledgerLaws } from "@holdfast/testing";
import { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import type { OpenLedger } from "./ledger.ts";
import { grownLedger, LEDGER, openOnDisk, UNSTOPPED, warnings } from "./testing/open-on-disk.ts";

const [ID] = LEDGER_IDS;
assert.ok(ID !== undefined);
const INTENT = { id: ID, verb: "update", specDigest: "s".repeat(64), cause: "drift" } as const;
const DONE = {
  type: "done",
  id: ID,
  specDigest: "s".repeat(64),
  fingerprint: "file 0644 0/- 0/- 0888dfb06df4c9 -",
  provenance: "created",
  owes: [],
} as const;

ledgerLaws("the ledger on a disk", async () => {
  const disk = new SimulatedLogDisk();
  const ledger = await openOnDisk(disk);
  const disturb = async (): Promise<void> => {
    // It is written anew, as a compaction does it.
    disk.remove(LEDGER);
    await ledger.check(UNSTOPPED);
  };
  return { ledger, reopen: () => openOnDisk(disk), disturb };
});

ledgerLaws("a ledger that is written anew at every start", async () => {
  const disk = new SimulatedLogDisk();
  const reopen = async (): Promise<OpenLedger> => {
    // Without its first line it has to be: the first record that comes brings the old ones along.
    const lines = disk.text(LEDGER).split("\n").slice(1);
    const copy = SimulatedLogDisk.holding(lines.length === 0 ? {} : { [LEDGER]: lines.join("\n") });
    const again = await openOnDisk(copy);
    await again.refreshed(resourceId("file", "/nothing"), UNSTOPPED);
    return openOnDisk(copy);
  };
  return { ledger: await openOnDisk(disk), reopen };
});

/** One repair, as the engine puts it on record. */
async function repair(ledger: OpenLedger, attempt: string, id: ResourceId): Promise<void> {
  await ledger.begin({ ...INTENT, id, attempt }, UNSTOPPED);
  await ledger.finish({ ...DONE, id, attempt }, UNSTOPPED);
}

test("promise 9: a ledger that is only read, closed or checked writes nothing", async () => {
  const disk = new SimulatedLogDisk();
  const ledger = await openOnDisk(disk);
  ledger.generationOf({ digest: "d" });
  await ledger.check(UNSTOPPED);
  await ledger[Symbol.asyncDispose]();
  assert.equal(disk.changeCount, 0);
  const kept = SimulatedLogDisk.holding({ [LEDGER]: grownLedger(5_000) });
  const again = await openOnDisk(kept);
  await again.check(UNSTOPPED);
  await again[Symbol.asyncDispose]();
  assert.equal(kept.changeCount, 0);
});

test("promise 9: the ledger keeps its lineage from its first record on", async () => {
  const disk = new SimulatedLogDisk();
  const ledger = await openOnDisk(disk);
  assert.match(ledger.lineage, /^[0-9a-f]{32}$/);
  await ledger.oneShots.begin("key", UNSTOPPED);
  assert.equal((await openOnDisk(disk)).lineage, ledger.lineage);
});

test("C4: the ledger of 50 files that are fought over stays below 2 MB however long that goes on, and so for a year", async () => {
  const disk = new SimulatedLogDisk();
  const ledger = await openOnDisk(disk);
  let largestBytes = 0;
  for (let round = 0; round < 120; round += 1) {
    const repairs = Array.from({ length: 50 }, (_, file) =>
      repair(ledger, `${round}-${file}`, resourceId("file", `/d/f${file}`)),
    );
    await Promise.all(repairs);
    largestBytes = Math.max(largestBytes, disk.content(LEDGER).length);
  }
  await ledger[Symbol.asyncDispose]();
  assert.ok(largestBytes < 2_000_000, `${largestBytes} bytes`);
  assert.ok(largestBytes > 200_000, "it was not written anew for every few records");
  const again = await openOnDisk(disk);
  assert.equal(again.lastApplied(resourceId("file", "/d/f49"))?.fingerprint, DONE.fingerprint);
  assert.equal(again.inFlight().length, 0);
});

test("C4: a compaction keeps what is in flight, with its task, and every key", async () => {
  const disk = SimulatedLogDisk.holding({ [LEDGER]: grownLedger(1_990) });
  const ledger = await openOnDisk(disk);
  await ledger.begin({ ...INTENT, attempt: "a" }, UNSTOPPED);
  await ledger.task("a", "UPID:1", UNSTOPPED);
  await ledger.oneShots.begin("begun", UNSTOPPED);
  await ledger.oneShots.done("done", UNSTOPPED);
  for (let at = 0; at < 40; at += 1) await ledger.refreshed(ID, UNSTOPPED);
  await ledger[Symbol.asyncDispose]();
  assert.ok(disk.text(LEDGER).split("\n").length < 60, "it was made smaller");
  const again = await openOnDisk(disk);
  assert.deepEqual(again.inFlight(), [{ ...INTENT, attempt: "a", task: "UPID:1" }]);
  assert.equal(again.oneShots.state("begun"), "begun");
  assert.equal(again.oneShots.state("done"), "done");
  assert.equal(again.condition, undefined);
});

test("C4: a compaction that fails fails no record, is said, and is tried again when there is room", async () => {
  let mayCreate = false;
  const { log, warned } = warnings();
  const disk = new SimulatedLogDisk({
    before: (call) => {
      if (call === "create" && !mayCreate) throw new Error("EACCES: permission denied");
    },
  });
  disk.write(LEDGER, grownLedger(2_100));
  const ledger = await openOnDisk(disk, { log });
  const writeSome = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) await ledger.refreshed(ID, UNSTOPPED);
  };
  await writeSome(1_000);
  assert.ok(disk.text(LEDGER).split("\n").length > 3_000);
  assert.deepEqual(warned, ["the ledger cannot be made smaller"], "once, not for every record");
  assert.equal(ledger.condition?.reason, "LedgerUnavailable");
  mayCreate = true;
  await writeSome(1_500);
  await ledger[Symbol.asyncDispose]();
  assert.ok(disk.text(LEDGER).split("\n").length < 1_000);
  assert.equal(ledger.condition, undefined);
});

test("the first provenance stays as it was published", async () => {
  const disk = new SimulatedLogDisk();
  const ledger = await openOnDisk(disk);
  await ledger.finish({ ...DONE, attempt: "a", provenance: "adopted" }, UNSTOPPED);
  const { specDigest, fingerprint } = DONE;
  assert.deepEqual((await openOnDisk(disk)).lastApplied(ID), {
    specDigest,
    fingerprint,
    provenance: "adopted",
  });
});

test("C4: a debt that a refresh under way pays is paid by its end, also when the ledger was written anew in between", async () => {
  const disk = new SimulatedLogDisk();
  const ledger = await openOnDisk(disk);
  await ledger.owe(ID, UNSTOPPED);
  await ledger.begin({ ...INTENT, verb: "refresh", attempt: "a" }, UNSTOPPED);
  disk.remove(LEDGER);
  await ledger.check(UNSTOPPED);
  await ledger.refreshed(ID, UNSTOPPED);
  assert.equal(ledger.owed(ID), false);
  assert.equal((await openOnDisk(disk)).owed(ID), false);
});
