import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackageProgress } from "@holdfast/core";
import {
  assertDone,
  faultOf,
  installed,
  mustDo,
  type PackageSubject,
  transact,
  UNSTOPPED,
} from "./package-subject.ts";

/** Laws of packages that are installed only in part. */
export function brokenLaws(open: () => Promise<PackageSubject>): void {
  test("trap 5, 6: what a kill left in the middle is broken, whatever else the database says", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base" }] });
    subject.actor.interrupt("hf-base");
    const database = await subject.packages.read(UNSTOPPED);
    assert.equal(database.isInterrupted, true);
    assert.deepEqual(database.packages.get("hf-base")?.state, {
      type: "broken",
      how: "half-configured",
    });
  });

  test("trap 6: a package whose script fails is broken, fails alone, and fails no one after it", async () => {
    await using subject = await open();
    subject.actor.setFailing("hf-fragile", true);
    const install = [{ name: "hf-fragile" }, { name: "hf-app" }];
    const first = await transact(subject, { install });
    faultOf(first, "hf-fragile", "PackageBroken");
    assertDone(first, "hf-app");
    assert.equal((await installed(subject))["hf-fragile"], "half-configured");
    const second = await transact(subject, { install: [{ name: "hf-extra" }] });
    assertDone(second, "hf-extra");
    assert.deepEqual(second.finished, []);
  });

  test("trap 6: a broken package is finished when the cause is gone, not installed again", async () => {
    await using subject = await open();
    subject.actor.setFailing("hf-fragile", true);
    await transact(subject, { install: [{ name: "hf-fragile" }] });
    subject.actor.publish({ name: "hf-fragile", version: "2.0-1" });
    await subject.actor.fetchLists();
    subject.actor.setFailing("hf-fragile", false);
    const progress: PackageProgress[] = [];
    const result = await transact(
      subject,
      { install: [{ name: "hf-fragile" }] },
      { progress: (step) => progress.push(step) },
    );
    assertDone(result, "hf-fragile");
    assert.equal((await installed(subject))["hf-fragile"], "1.0-1");
    assert.equal(result.finished.length, 1);
    assert.equal(progress[0]?.type, "finishing");
  });

  test("trap 6: a broken package can be removed", async () => {
    await using subject = await open();
    subject.actor.setFailing("hf-fragile", true);
    await transact(subject, { install: [{ name: "hf-fragile" }] });
    await mustDo(subject, { purge: ["hf-fragile"] });
    assert.deepEqual(await installed(subject), {});
  });

  test("trap 5: what a kill cut off is finished first, and the rest is done", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base" }] });
    subject.actor.interrupt("hf-base");
    const result = await mustDo(subject, { install: [{ name: "hf-extra" }] });
    assert.deepEqual(
      result.finished.map((name) => name.split(":")[0]),
      ["hf-base"],
    );
    assert.equal((await subject.packages.read(UNSTOPPED)).isInterrupted, false);
    assert.deepEqual(await installed(subject), { "hf-base": "2.0-1", "hf-extra": "1.0-1" });
  });
}
