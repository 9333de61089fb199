import assert from "node:assert/strict";
import { test } from "node:test";
import {
  faultOf,
  find,
  installed,
  mustDo,
  type PackageSubject,
  transact,
} from "./package-subject.ts";

/** Laws of other architectures. */
export function foreignLaws(open: () => Promise<PackageSubject>): void {
  test("trap 10: a name without an architecture is the machine's own; another one is named", async () => {
    await using subject = await open();
    const bare = await transact(subject, { install: [{ name: "hf-foreign" }] });
    faultOf(bare, "hf-foreign", "PackageNotFound");
    await mustDo(subject, { install: [{ name: "hf-foreign:i386" }] });
    assert.equal(await find(subject, "hf-foreign"), undefined);
    assert.equal((await find(subject, "hf-foreign:i386"))?.architecture, "i386");
    await mustDo(subject, { remove: ["hf-foreign:i386"], install: [{ name: "hf-extra" }] });
    assert.equal(await find(subject, "hf-foreign:i386"), undefined);
  });
}

/** Laws of what packages recommend. */
export function recommendsLaws(open: () => Promise<PackageSubject>): void {
  test("recommended packages come along, unless they are left out", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-addon" }], noRecommends: true });
    assert.deepEqual(await installed(subject), { "hf-addon": "1.0-1" });
    await mustDo(subject, { remove: ["hf-addon"] });
    await mustDo(subject, { install: [{ name: "hf-addon" }] });
    assert.deepEqual(await installed(subject), { "hf-addon": "1.0-1", "hf-extra": "1.0-1" });
  });
}

/** Laws of one package in the place of another. */
export function swapLaws(open: () => Promise<PackageSubject>): void {
  test("one takes the place of the other in one transaction, and what needs either stays", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-mail-a" }, { name: "hf-reader" }] });
    const alone = await transact(subject, { install: [{ name: "hf-mail-b" }] });
    faultOf(alone, "hf-mail-b", "PackageFailed");
    assert.equal((await find(subject, "hf-mail-a"))?.state.type, "installed", "nothing is removed");
    await mustDo(subject, { install: [{ name: "hf-mail-b" }], remove: ["hf-mail-a"] });
    assert.deepEqual(await installed(subject), { "hf-mail-b": "1.0-1", "hf-reader": "1.0-1" });
  });
}
