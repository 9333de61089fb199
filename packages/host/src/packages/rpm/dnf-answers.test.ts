import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstalled, parseOffers, parseRemovals, parseVersionlock } from "./dnf-answers.ts";
import { dnfCommand } from "./dnf-steps.ts";
import { rpmArchitecture, rpmDatabase } from "./installed-rpms.ts";

const native = rpmArchitecture();

test("dnf: installed packages with why they are there, what they provide, and whether they are locked", () => {
  const locked = parseVersionlock("# comment\nvim-minimal-2:9.1-1.fc40.*\n!kernel-0:6.8-1.*\n");
  const output = `vim-minimal\t2:9.1-1.fc40\t${native}\tuser\nvi = 2:9.1\nvim-minimal = 2:9.1\n/bin/vi\nconfig(vim-minimal) = 1\n\nglibc\t0:2.39-1\t${native}\tdependency\n`;
  assert.deepEqual(parseInstalled(output, locked), [
    {
      name: "vim-minimal",
      architecture: native,
      version: "2:9.1-1.fc40",
      isHeld: true,
      isManual: true,
      provides: ["vi"],
    },
    {
      name: "glibc",
      architecture: native,
      version: "2.39-1",
      isHeld: false,
      isManual: false,
      provides: [],
    },
  ]);
  for (const odd of ["vi = 1\n", "a\t1\tnoarch\n", "a\t1\tnoarch\tuser\tmore\n"]) {
    assert.throws(() => parseInstalled(odd, locked), /not understood/, odd);
  }
});

test("dnf: of several versions of one name the newest is the one, and a machine without packages is a fault", () => {
  const output = ["6.8-1", "6.10-1", "6.9-1"].map(
    (version) => `kernel\t0:${version}\t${native}\tuser\n`,
  );
  const { packages } = rpmDatabase(parseInstalled(output.join(""), new Set()), "dnf");
  assert.equal(packages.get("kernel")?.version, "6.10-1");
  assert.throws(() => rpmDatabase([], "dnf"), { reason: "PackageDatabaseUnreadable" });
});

test("dnf: offers by name, foreign ones with their architecture", () => {
  const output = `a\t0:1-1\tnoarch\n\na\t0:2-1\tnoarch\nb\t1:1-1\ti686\n`;
  const found = parseOffers(output);
  assert.deepEqual(found.get("a"), { candidate: "2-1", versions: ["2-1", "1-1"], providers: [] });
  assert.deepEqual([found.get("b"), found.get("b:i686")?.candidate], [undefined, "1:1-1"]);
  assert.throws(() => parseOffers("Last metadata expiration check: now\n"), /not understood/);
});

test("dnf: what a transaction would remove is in its table, and as many as its sum says", () => {
  const table = `Dependencies resolved.
================================================================================
 Package            Architecture      Version            Repository        Size
================================================================================
Installing:
 nano               noarch            7.2-1              fedora            10 k
Removing:
 a-name-that-is-much-too-long-for-its-column
                    noarch            2.0-1              @laws              0
Removing dependent packages:
 hf-app             noarch            1.0-1              @laws              0

Transaction Summary
================================================================================
Install  1 Package
Remove   2 Packages
`;
  const names = ["a-name-that-is-much-too-long-for-its-column", "hf-app"];
  assert.deepEqual(parseRemovals(table), names);
  assert.deepEqual(parseRemovals("No match for argument: x\nNothing to do.\n"), []);
  assert.throws(() => parseRemovals(table.replace("Remove   2", "Remove   3")), /removes 3/);
  assert.throws(() => parseRemovals("Error: Problem\n"), /no transaction/);
});

test("dnf: install and remove are one transaction of its shell", () => {
  const change = {
    type: "change",
    install: [{ name: "a", version: "1:2-1" }, { name: "b:i686" }],
    remove: ["c"],
    isPurge: false,
    noRecommends: true,
    allowDowngrade: false,
    allowHeld: true,
    conffiles: "keep",
  } as const;
  const { argv, input } = dnfCommand(change, []);
  assert.equal(argv.at(-1), "shell");
  assert.ok(argv.includes("--setopt=install_weak_deps=False"));
  assert.ok(argv.includes("--disableplugin=versionlock"));
  assert.equal(input, "install a-1:2-1\ninstall b.i686\nremove c\nrun\n");
});
