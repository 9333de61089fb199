import assert from "node:assert/strict";
import { test } from "node:test";
import { installed, mustDo, type PackageSubject } from "./package-subject.ts";

/** Laws of tools that keep or replace configuration as one likes. */
export function configurationLaws(open: () => Promise<PackageSubject>): void {
  test("trap 4: changed configuration is kept without a question, or replaced where that is asked", async () => {
    await using subject = await open();
    await mustDo(subject, { install: [{ name: "hf-conf", version: "1.0-1" }] });
    assert.equal(subject.actor.conffile("hf-conf"), "one\n");
    subject.actor.editConffile("hf-conf", "mine\n");
    await mustDo(subject, { install: [{ name: "hf-conf", version: "2.0-1" }] });
    assert.equal(subject.actor.conffile("hf-conf"), "mine\n");
    subject.actor.editConffile("hf-conf", "mine\n");
    await mustDo(subject, { purge: ["hf-conf"] });
    subject.actor.editConffile("hf-conf", "written before\n");
    await mustDo(subject, { install: [{ name: "hf-conf" }] });
    assert.equal(subject.actor.conffile("hf-conf"), "written before\n");
    const replace = { conffiles: "replace", allowDowngrade: true } as const;
    await mustDo(subject, { install: [{ name: "hf-conf", version: "1.0-1" }], ...replace });
    assert.equal(subject.actor.conffile("hf-conf"), "one\n");
  });

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
}
