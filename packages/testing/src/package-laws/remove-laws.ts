import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertDone,
  faultOf,
  find,
  installed,
  mustDo,
  type PackageSubject,
  transact,
} from "./package-subject.ts";

/** Laws of removing, holding and marking. */
export function removeLaws(open: () => Promise<PackageSubject>): void {
  test("a package that was not named is not removed: neither a dependent nor an unneeded one", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-app" }] });
    const result = await transact(subject, {
      remove: ["hf-base"],
      install: [{ name: "hf-extra" }],
    });
    assert.match(faultOf(result, "hf-base", "PackageNeeded").message, /hf-app/);
    assertDone(result, "hf-extra");
    assert.equal((await find(subject, "hf-app"))?.state.type, "installed");
    await mustDo(subject, { remove: ["hf-app"] });
    assert.equal((await find(subject, "hf-base"))?.state.type, "installed");
    await mustDo(subject, { install: [{ name: "hf-app" }] });
    await mustDo(subject, { purge: ["hf-app", "hf-base"] });
    assert.deepEqual(await installed(subject), { "hf-extra": "1.0-1" });
  });

  test("trap 9: what came as a dependency is marked as asked for, without being changed", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-app" }] });
    assert.equal((await find(subject, "hf-base"))?.isManual, false);
    await mustDo(subject, { install: [{ name: "hf-base" }], markManual: ["hf-base", "hf-app"] });
    assert.equal((await find(subject, "hf-base"))?.isManual, true);
    await subject.actor.markAutomatic("hf-app");
    assert.equal((await find(subject, "hf-app"))?.isManual, false);
    const marked = await transact(subject, { markManual: ["hf-app", "hf-nowhere"] });
    assertDone(marked, "hf-app");
    faultOf(marked, "hf-nowhere", "PackageFailed");
  });
}
