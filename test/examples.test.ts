import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import { Scratch } from "./command/command.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);
const CIS = "cis-debian12/main.ts";
/** What every Debian has, and the simulated machine has not. */
const DEBIAN = [
  "/boot/grub/",
  "/etc/default/useradd",
  "/etc/login.defs",
  "/etc/pam.d/su",
  "/usr/share/pam-configs/",
  "/var/lib/aide/",
].flatMap((path) => ["--exists", path]);

suite("the examples for a fleet", () => {
  const scratch = new Scratch();
  before(() => {
    const chapters = readdirSync(new URL("cis-debian12/", EXAMPLES));
    const names = chapters.filter((name) => name.endsWith(".ts"));
    for (const path of [
      "baseline.ts",
      "containerhost.ts",
      "kiosk.ts",
      ...names.map((name) => `cis-debian12/${name}`),
    ]) {
      scratch.source(path, readFileSync(new URL(path, EXAMPLES), "utf8"));
    }
  });
  after(() => scratch[Symbol.dispose]());

  const proved = (source: string, options: readonly string[]): void => {
    const always = ["--facts", "os=debian", "--runs", "2", "--out", "serial"];
    const { code, output } = scratch.run("test", [source, ...always, ...options]);
    assert.equal(code, 0, output);
  };

  test("baseline.ts is proved on simulated machines", () => {
    proved("baseline.ts", []);
  });

  test("containerhost.ts is proved on simulated machines", () => {
    proved("containerhost.ts", []);
  });

  test("kiosk.ts is proved on simulated machines", () => {
    proved("kiosk.ts", []);
  });

  test("chapter 5 of the benchmark is proved on simulated machines, with logins narrowed", () => {
    proved(CIS, [...DEBIAN, "--param", "skip=1,2,3,6,7", "--param", "sshGroups=admins"]);
  });

  test("a number in skip that is no control is a mistake, and nothing is applied", () => {
    const { code, output } = scratch.run("validate", [CIS, "--param", "skip=5.1,5.1.99"]);
    assert.equal(code, 1, output);
    assert.match(output, /skip names what is no control of this blueprint: 5\.1\.99$/m);
  });

  test("a section is chosen by its tag", () => {
    const options = ["--root", scratch.box, "--only", "cis-5.1", "--no-deps", "--out", "json"];
    const { output } = scratch.run("plan", [CIS, ...options]);
    const ids = [...output.matchAll(/"id":"([^"]+)"/g)].map(([, id = ""]) => id);
    assert.ok(ids.includes("file:/etc/ssh/sshd_config.d/10-cis.conf"), output);
    assert.ok(
      ids.every((id) => /ssh/.test(id)),
      ids.join(" "),
    );
  });
});
