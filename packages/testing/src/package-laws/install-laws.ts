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
  UNSTOPPED,
} from "./package-subject.ts";

/** Laws of installing. */
export function installLaws(open: () => Promise<PackageSubject>): void {
  test("K3: the candidate is installed with what it needs, in one transaction", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-app" }, { name: "hf-extra" }] });
    const there = { "hf-app": "1.0-1", "hf-base": "2.0-1", "hf-extra": "1.0-1" };
    assert.deepEqual(await installed(subject), there);
    assert.equal((await find(subject, "hf-app"))?.isManual, true);
    assert.equal((await find(subject, "hf-base"))?.isManual, false);
  });

  test("G4: an unknown name, and an unknown version, fail alone", async () => {
    await using subject = await open();
    const result = await transact(subject, {
      install: [
        { name: "hf-extra" },
        { name: "hf-nowhere" },
        { name: "hf-base", version: "7.0-1" },
        { name: "hf-app" },
      ],
    });
    faultOf(result, "hf-nowhere", "PackageNotFound");
    assert.match(faultOf(result, "hf-base", "PackageNotFound").message, /7\.0-1/);
    assertDone(result, "hf-extra");
    assertDone(result, "hf-app");
  });

  test("trap 2: a virtual name is refused with those that provide it", async () => {
    await using subject = await open();
    const result = await transact(subject, {
      install: [{ name: "hf-mail" }, { name: "hf-extra" }],
    });
    const { message } = faultOf(result, "hf-mail", "PackageVirtual");
    assert.match(message, /hf-mail-a/);
    assertDone(result, "hf-extra");
    assert.deepEqual(await installed(subject), { "hf-extra": "1.0-1" });
  });

  test("names: a pattern, an option, a version or a removal in a name is refused, and does nothing", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-extra" }] });
    const before = await installed(subject);
    const patterns = ["hf-*", "hf-dot?a", "hf-[a-z]*", "^hf-dot", "~nhf-base", "hf-.*"];
    const extras = ["hf-base=1.0-1", "hf-base/stable", "hf-base hf-app", "hf-base\n", "hf-extra:"];
    const tricks = [...patterns, ...extras, "-y", "--purge", "", "../hf-base"];
    const result = await transact(subject, { install: tricks.map((name) => ({ name })) });
    for (const name of tricks) faultOf(result, name, "InputInvalid");
    const unknown = ["hf-extra-", "hf-base+", "hf-d.t.a", "hf-do."];
    const more = await transact(subject, { install: unknown.map((name) => ({ name })) });
    for (const name of unknown) faultOf(more, name, "PackageNotFound");
    const removed = await transact(subject, {
      remove: ["hf-dot.", "hf-extr."],
      purge: ["hf-ext.a"],
    });
    assert.deepEqual(
      [...removed.results.values()].map(({ type }) => type),
      ["done", "done", "done"],
    );
    const bad = await transact(subject, {
      install: [{ name: "hf-base", version: "1.0-1 hf-app" }],
    });
    faultOf(bad, "hf-base", "InputInvalid");
    assert.deepEqual(await installed(subject), before);
  });

  test("names: a dot and a plus are what they are", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-dot.a" }, { name: "hf-plus+" }] });
    assert.deepEqual(await installed(subject), { "hf-dot.a": "1.0-1", "hf-plus+": "1.0-1" });
    await mustDo(subject, { remove: ["hf-plus+"], install: [{ name: "hf-extra" }] });
    assert.deepEqual(await installed(subject), { "hf-dot.a": "1.0-1", "hf-extra": "1.0-1" });
  });

  test("one thing is asked for each package", async () => {
    await using subject = await open();
    const result = await transact(subject, {
      install: [{ name: "hf-base" }, { name: "hf-extra" }],
      remove: ["hf-base"],
      hold: ["hf-app"],
      unhold: ["hf-app"],
    });
    faultOf(result, "hf-base", "InputInvalid");
    faultOf(result, "hf-app", "InputInvalid");
    assertDone(result, "hf-extra");
  });

  test("trap 11: new packages are found once the lists are fetched; an unreachable source spoils nothing else", async () => {
    await using subject = await open();
    subject.actor.publish({ name: "hf-late", version: "1.0-1" });
    faultOf(
      await transact(subject, { install: [{ name: "hf-late" }] }),
      "hf-late",
      "PackageNotFound",
    );
    subject.actor.setOffline(true);
    const offline = await transact(subject, { install: [{ name: "hf-late" }], refreshLists: true });
    assert.equal(offline.listsFault?.reason, "PackageListsUnavailable");
    faultOf(offline, "hf-late", "PackageNotFound");
    subject.actor.setOffline(false);
    await mustDo(subject, { install: [{ name: "hf-late" }], refreshLists: true });
  });
}

/** Laws of tools whose sources are files. */
export function sourcesLaws(open: () => Promise<PackageSubject>): void {
  test("trap 11: lists are stale from when a source is changed until they are fetched", async () => {
    await using subject = await open();
    const { actor, packages } = subject;
    assert.equal(await packages.areListsStale(UNSTOPPED), false);
    for (const fetch of [
      () => actor.fetchLists(),
      () => transact(subject, { refreshLists: true }),
    ]) {
      actor.changeSources();
      assert.equal(await packages.areListsStale(UNSTOPPED), true);
      await fetch();
      assert.equal(await packages.areListsStale(UNSTOPPED), false);
    }
  });
}
