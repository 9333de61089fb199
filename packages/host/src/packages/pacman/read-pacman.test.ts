import assert from "node:assert/strict";
import { test } from "node:test";
import { comparePacmanVersions } from "./compare-pacman-versions.ts";
import { parseList } from "./pacman-backend.ts";
import { dependentsOf, type PacmanPackage } from "./read-pacman.ts";

function installed(name: string, depends: readonly string[], provides: readonly string[] = []) {
  const found: PacmanPackage = {
    name,
    architecture: "any",
    version: "1-1",
    state: { type: "installed" },
    isHeld: false,
    isManual: true,
    provides,
    depends,
  };
  return found;
}

test("pacman: what needs what is removed is found through all that needs it, and through what it provides", () => {
  const found = [
    installed("base", []),
    installed("app", ["base"]),
    installed("plug-in", ["app"]),
    installed("mail-a", [], ["mail"]),
    installed("mail-b", [], ["mail"]),
    installed("reader", ["mail"]),
  ];
  const goes = (...names: readonly string[]) => dependentsOf(new Set(names), found);
  assert.deepEqual(goes("base"), ["base", "app", "plug-in"]);
  assert.deepEqual(goes("mail-a"), ["mail-a"]);
  assert.deepEqual(goes("mail-a", "mail-b"), ["mail-a", "mail-b", "reader"]);
});

test("pacman: the first repository that has a name wins, and an unknown form is a fault", () => {
  const output =
    "core glibc 2.39-1 [installed]\nextra glibc 2.40-1\nextra vim 9.1-1 [installed: 9.0-1]\n";
  assert.deepEqual(
    [...parseList(output)],
    [
      ["glibc", "2.39-1"],
      ["vim", "9.1-1"],
    ],
  );
  assert.throws(() => parseList("error: database\n"), { reason: "PackageFailed" });
});

test("pacman: versions are in the order of vercmp(8)", () => {
  const ascending = [
    ["1.0a", "1.0b", "1.0beta", "1.0p", "1.0pre", "1.0rc", "1.0", "1.0.a", "1.0.1"],
    ["1", "1.0", "1.1", "1.1.1", "1.2", "2.0", "3.0.0"],
    ["2.0-1", "2.0-2", "1:1.0-1"],
  ];
  for (const versions of ascending) {
    for (const [at, version] of versions.entries()) {
      const next = versions[at + 1];
      if (next !== undefined)
        assert.ok(comparePacmanVersions(version, next) < 0, `${version} ${next}`);
    }
  }
  assert.equal(comparePacmanVersions("1.0-1", "1.0"), 0);
});
