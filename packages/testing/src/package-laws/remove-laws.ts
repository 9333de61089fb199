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
  test("removing keeps configuration, purging does not, and both are fine where nothing is", async () => {
    await using subject = await open();
    const install = [{ name: "hf-conf" }, { name: "hf-extra" }];
    await mustDo(subject, { install });
    await mustDo(subject, { remove: ["hf-conf", "hf-extra", "hf-nowhere"] });
    assert.deepEqual(await installed(subject), { "hf-conf": "config-files" });
    assert.equal(subject.actor.conffile("hf-conf"), "two\n");
    await mustDo(subject, { purge: ["hf-conf", "hf-extra", "hf-nowhere"] });
    assert.deepEqual(await installed(subject), {});
    assert.equal(subject.actor.conffile("hf-conf"), undefined);
    await mustDo(subject, { install });
    await mustDo(subject, { purge: ["hf-conf"], remove: ["hf-extra"] });
    assert.deepEqual(await installed(subject), {});
  });

  test("what was not named is not removed: neither dependents nor what nothing needs any more", async () => {
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
    assert.deepEqual(await installed(subject), { "hf-extra": "1.0" });
  });

  test("one takes the place of the other in one transaction, and what needs either stays", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-mail-a" }, { name: "hf-reader" }] });
    const alone = await transact(subject, { install: [{ name: "hf-mail-b" }] });
    faultOf(alone, "hf-mail-b", "PackageFailed");
    assert.equal((await find(subject, "hf-mail-a"))?.state.type, "installed", "nothing is removed");
    await mustDo(subject, { install: [{ name: "hf-mail-b" }], remove: ["hf-mail-a"] });
    assert.deepEqual(await installed(subject), { "hf-mail-b": "1.0", "hf-reader": "1.0" });
  });

  test("trap 7: a held package is neither changed nor removed", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base", version: "1.0-1" }] });
    await subject.actor.hold("hf-base");
    assert.equal((await find(subject, "hf-base"))?.isHeld, true);
    const install = [{ name: "hf-base", version: "2.0-1" }, { name: "hf-extra" }];
    const changed = await transact(subject, { install });
    faultOf(changed, "hf-base", "PackageHeld");
    assertDone(changed, "hf-extra");
    faultOf(await transact(subject, { remove: ["hf-base"] }), "hf-base", "PackageHeld");
    faultOf(await transact(subject, { purge: ["hf-base"] }), "hf-base", "PackageHeld");
    assert.equal((await installed(subject))["hf-base"], "1.0-1");
    await mustDo(subject, { install: [{ name: "hf-base" }] });
  });

  test("trap 7: who declares the hold may change the package, and it is held afterwards", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base", version: "1.0-1" }], hold: ["hf-base"] });
    assert.equal((await find(subject, "hf-base"))?.isHeld, true);
    await mustDo(subject, { install: [{ name: "hf-base", version: "2.0-1" }], hold: ["hf-base"] });
    const found = await find(subject, "hf-base");
    assert.deepEqual([found?.version, found?.isHeld], ["2.0-1", true]);
    await mustDo(subject, { hold: ["hf-base"] });
    await mustDo(subject, { unhold: ["hf-base"] });
    await mustDo(subject, { unhold: ["hf-base"] });
    assert.equal((await find(subject, "hf-base"))?.isHeld, false);
    faultOf(await transact(subject, { hold: ["hf-extra"] }), "hf-extra", "PackageFailed");
  });

  test("trap 7: a hold that is taken away in the same transaction is no obstacle", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-base" }, { name: "hf-extra" }] });
    await mustDo(subject, { hold: ["hf-base", "hf-extra"] });
    await mustDo(subject, { unhold: ["hf-base"], purge: ["hf-base"] });
    assert.deepEqual(await installed(subject), { "hf-extra": "1.0" });
    assert.equal((await find(subject, "hf-extra"))?.isHeld, true);
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
