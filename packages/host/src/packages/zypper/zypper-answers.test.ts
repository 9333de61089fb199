import assert from "node:assert/strict";
import { test } from "node:test";
import { rpmArchitecture } from "../rpm/installed-rpms.ts";
import {
  offersOf,
  parseAutoInstalled,
  parseLocks,
  parseRpms,
  parseSolvables,
} from "./zypper-answers.ts";
import { zypperCommand, zypperDryRun } from "./zypper-steps.ts";

const native = rpmArchitecture();

/** In the form of zypper 1.14, shortened. */
const SEARCH = `<?xml version='1.0'?>
<stream>
<message type="info">Reading installed packages...</message>
<search-result version="0.0">
<solvable-list>
<solvable status="installed" name="vim" kind="package" edition="9.1.0330-150500.1" arch="${native}" repository="(System Packages)"/>
<solvable status="other-version" name="vim" kind="package" edition="9.1.0836-150500.3" arch="${native}" repository="repo-oss"/>
<solvable status="not-installed" name="vim" kind="srcpackage" edition="9.9" arch="noarch" repository="repo-oss"/>
<solvable status="not-installed" name="vim" kind="package" edition="9.1.0836-150500.3" arch="i586" repository="repo-oss"/>
</solvable-list>
</search-result>
</stream>
`;

const DRY_RUN = `<?xml version='1.0'?>
<stream>
<install-summary download-size="0" space-usage-diff="-4" packages-to-change="3">
<to-install><solvable type="package" name="nano" edition="7.2-1" arch="${native}"/></to-install>
<to-remove>
<solvable type="package" name="vim" edition="9.1.0330-150500.1" arch="${native}" summary="Vi &quot;improved&quot;"/>
<solvable type="package" name="gvim" edition="9.1.0330-150500.1" arch="${native}"/>
</to-remove>
</install-summary>
</stream>
`;

test("zypper: versions by name, of packages alone", () => {
  const found = offersOf(parseSolvables(SEARCH));
  const versions = ["9.1.0836-150500.3", "9.1.0330-150500.1"];
  assert.deepEqual(found.get("vim"), { candidate: versions[0], versions, providers: [] });
  assert.deepEqual(found.get("vim:i586")?.versions, ["9.1.0836-150500.3"]);
});

test("zypper: a dry run gives what it would remove, and nothing of what it would install", () => {
  const names = (element: string) => parseSolvables(DRY_RUN, element).map(({ name }) => name);
  assert.deepEqual(names("to-remove"), ["vim", "gvim"]);
  assert.deepEqual(names("to-install"), ["nano"]);
  assert.deepEqual(names("to-upgrade"), []);
});

test("zypper: what is no answer of its, or lacks a field, is a fault", () => {
  assert.throws(() => parseSolvables("No matching items found.\n"), /no answer in XML/);
  const lacking = SEARCH.replace('edition="9.1.0330-150500.1" ', "");
  assert.throws(() => parseSolvables(lacking), /no name, edition/);
});

test("zypper: rpm's packages with libzypp's marks and locks", () => {
  const output = `gpg-pubkey\t0:65176565-5d94a381\t(none)\ngpg(abc)\nvim\t0:9.1-1\t${native}\nvi\n/bin/vi\nvim(x)\nvim\nglibc\t1:2.38-1\t${native}\n`;
  const locked = parseLocks(
    "\ntype: package\nmatch_type: glob\ncase_sensitive: on\nsolvable_name: vim\n\ntype: pattern\nsolvable_name: glibc\n\nsolvable_name: kernel*\n",
  );
  const automatic = parseAutoInstalled("# comment\nglibc\n");
  assert.deepEqual([...locked], ["vim"]);
  assert.deepEqual(parseRpms(output, { automatic, locked }), [
    {
      name: "vim",
      architecture: native,
      version: "9.1-1",
      isHeld: true,
      isManual: true,
      provides: ["vi"],
    },
    {
      name: "glibc",
      architecture: native,
      version: "1:2.38-1",
      isHeld: false,
      isManual: false,
      provides: [],
    },
  ]);
  const marks = { automatic, locked };
  for (const odd of ["vi\n", "vim\t1\n", "a\tb\tc\td\n"]) {
    assert.throws(() => parseRpms(odd, marks), /not understood/, odd);
  }
});

test("zypper: install and remove are one command, and its dry run the same one", () => {
  const change = {
    type: "change",
    install: [{ name: "nano", version: "7.2-1" }],
    remove: ["vim:i586"],
    isPurge: false,
    noRecommends: true,
    allowDowngrade: false,
    allowHeld: false,
    conffiles: "keep",
  } as const;
  const own =
    "--no-refresh install --auto-agree-with-licenses --no-recommends -- nano=7.2-1 !vim.i586";
  assert.equal(zypperCommand(change, []).slice(3).join(" "), own);
  const expected = own.replace("install", "install --dry-run");
  assert.equal(zypperDryRun(change, []).slice(3).join(" "), expected);
});
