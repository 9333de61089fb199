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

/** Laws of holds, for tools that have several versions. */
export function holdLaws(open: () => Promise<PackageSubject>): void {
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
    assert.deepEqual(await installed(subject), { "hf-extra": "1.0-1" });
    assert.equal((await find(subject, "hf-extra"))?.isHeld, true);
  });
}
