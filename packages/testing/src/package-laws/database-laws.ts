import assert from "node:assert/strict";
import { test } from "node:test";
import {
  find,
  installed,
  mustDo,
  mustFail,
  type PackageSubject,
  transact,
  UNSTOPPED,
} from "./package-subject.ts";

/** Laws of reading: the database, the sources, versions. */
export function databaseLaws(open: () => Promise<PackageSubject>): void {
  test("K3: an installed package is found by its bare name and with its architecture", async () => {
    await using subject = await open();
    assert.equal(await find(subject, "hf-base"), undefined);
    await mustDo(subject, { install: [{ name: "hf-base" }, { name: "hf-mail-a" }] });
    const found = await find(subject, "hf-base");
    assert.equal(found?.version, "2.0-1");
    assert.deepEqual(found?.state, { type: "installed" });
    assert.deepEqual([found?.isHeld, found?.isManual], [false, true]);
    assert.equal(await find(subject, "hf-base:nowhere"), undefined);
    const { packages } = await subject.packages.read(UNSTOPPED);
    assert.equal(packages.get(`hf-base:${found?.architecture ?? ""}`), packages.get("hf-base"));
    assert.deepEqual((await find(subject, "hf-mail-a"))?.provides, ["hf-mail"]);
    assert.equal(await find(subject, "hf-mail"), undefined, "a virtual name is no package");
  });

  for (const how of ["missing", "empty", "cut", "nonsense"] as const) {
    test(`K3: a database that is ${how} is a fault, not a machine without packages`, async () => {
      await using subject = await open();
      await mustDo(subject, { install: [{ name: "hf-base" }] });
      subject.actor.damage(how);
      await mustFail(subject.packages.read(UNSTOPPED), "PackageDatabaseUnreadable");
      const request = transact(subject, { install: [{ name: "hf-extra" }] });
      await mustFail(request, "PackageDatabaseUnreadable");
    });
  }

  test("candidates: versions, the best one, providers of a virtual name, and nothing for an unknown one", async () => {
    await using subject = await open();
    const names = ["hf-base", "hf-mail", "hf-nowhere", "hf-dot.a", "hf-d.t.a"];
    const found = await subject.packages.candidates(names, UNSTOPPED);
    assert.deepEqual([...found.keys()], ["hf-base", "hf-mail", "hf-dot.a"]);
    const { candidate, versions, providers } = found.get("hf-base") ?? { versions: [] };
    assert.deepEqual([candidate, versions[0], providers], ["2.0-1", "2.0-1", []]);
    // Some tools name only the one that they would take.
    assert.deepEqual(found.get("hf-mail")?.versions, []);
    assert.equal(found.get("hf-mail")?.providers[0], "hf-mail-a");
    await mustFail(subject.packages.candidates(["hf-*"], UNSTOPPED), "InputInvalid");
  });

  test("trap 11: a candidate is asked for again when the lists have changed, and not before", async () => {
    await using subject = await open();
    const candidate = async (): Promise<string | undefined> =>
      (await subject.packages.candidates(["hf-extra"], UNSTOPPED)).get("hf-extra")?.candidate;
    assert.equal(await candidate(), "1.0-1");
    subject.actor.publish({ name: "hf-extra", version: "1.1-1" });
    assert.equal(await candidate(), "1.0-1");
    await subject.actor.fetchLists();
    assert.equal(await candidate(), "1.1-1");
  });

  test("versions: the order of the tool is one order, and sorts what the source has", async () => {
    await using subject = await open();
    const { compareVersions } = subject.packages;
    const ascending = ["1.0-1", "1.0-2", "1.0.1-1", "1.9-1", "1.10-1", "1:0.1-1"];
    for (const [at, a] of ascending.entries()) {
      for (const [other, b] of ascending.entries()) {
        assert.equal(Math.sign(compareVersions(a, b)), Math.sign(at - other), `${a} and ${b}`);
      }
    }
  });

  test("nothing was changed by asking", async () => {
    await using subject = await open();
    await subject.packages.candidates(["hf-base"], UNSTOPPED);
    await subject.packages.lockHolder(UNSTOPPED);
    const state = await subject.packages.transactionState("never", UNSTOPPED);
    assert.deepEqual(state, { type: "unknown" });
    assert.deepEqual(await installed(subject), {});
  });
}
