import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertDone,
  faultOf,
  find,
  mustDo,
  type PackageSubject,
  transact,
  UNSTOPPED,
} from "./package-subject.ts";

/** Laws of tools that have a name in several versions. */
export function versionLaws(open: () => Promise<PackageSubject>): void {
  test("every version that a source has can be named, and the newest one is the candidate", async () => {
    await using subject = await open();
    const found = await subject.packages.candidates(["hf-base"], UNSTOPPED);
    assert.deepEqual(found.get("hf-base"), {
      candidate: "2.0-1",
      versions: ["2.0-1", "2.0~rc1-1", "1.0-1"],
      providers: [],
    });
  });

  test("an installed package is left at its version when none is named", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base", version: "1.0-1" }] });
    await mustDo(subject, { install: [{ name: "hf-base" }, { name: "hf-extra" }] });
    assert.equal((await find(subject, "hf-base"))?.version, "1.0-1");
  });

  test("trap 8: a version is what is installed; an older one only where that is allowed", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base", version: "2.0~rc1-1" }] });
    await mustDo(subject, { install: [{ name: "hf-base", version: "2.0-1" }] });
    const older = { install: [{ name: "hf-base", version: "1.0-1" }, { name: "hf-extra" }] };
    const refused = await transact(subject, older);
    faultOf(refused, "hf-base", "PackageDowngrade");
    assertDone(refused, "hf-extra");
    assert.equal((await find(subject, "hf-base"))?.version, "2.0-1");
    await mustDo(subject, { ...older, allowDowngrade: true });
    assert.equal((await find(subject, "hf-base"))?.version, "1.0-1");
  });
}

/** Laws of versions that are not out yet. */
export function prereleaseLaws(open: () => Promise<PackageSubject>): void {
  test("versions: what comes before a release is older than the release", async () => {
    await using subject = await open();
    const { compareVersions } = subject.packages;
    assert.ok(compareVersions("1.0~rc1-1", "1.0-1") < 0);
    assert.ok(compareVersions("1.0~rc1-1", "1.0~rc2-1") < 0);
    assert.ok(compareVersions("0.9-1", "1.0~rc1-1") < 0);
  });
}
