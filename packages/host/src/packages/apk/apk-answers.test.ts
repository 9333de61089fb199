import assert from "node:assert/strict";
import { test } from "node:test";
import { apkArchitecture, parseInstalled, parsePolicy } from "./apk-answers.ts";
import { apkCommands } from "./apk-backend.ts";
import { compareApkVersions } from "./compare-apk-versions.ts";

/** In the form of apk-tools 2.14, shortened. */
const INSTALLED = `C:Q1abc=
P:busybox
V:1.36.1-r29
A:${apkArchitecture()}
S:508000
T:Size optimized toolbox of many common UNIX utilities
D:so:libc.musl-x86_64.so.1
p:cmd:busybox=1.36.1-r29 /bin/sh
F:bin
R:busybox
a:0:0:755
Z:Q1def=

P:alpine-keys
V:2.4-r1
A:noarch
p:keys-virtual=1

P:half
V:1-r0
A:${apkArchitecture()}
f:s

`;

test("apk: installed packages, what was asked for, and what is broken", () => {
  const { packages } = parseInstalled(INSTALLED, "busybox\nalpine-keys=2.4-r1 !half\n");
  const busybox = packages.get("busybox");
  assert.deepEqual([busybox?.version, busybox?.isManual], ["1.36.1-r29", true]);
  assert.equal(packages.get(`busybox:${apkArchitecture()}`), busybox);
  assert.deepEqual(packages.get("alpine-keys")?.provides, ["keys-virtual"]);
  assert.equal(packages.get("alpine-keys")?.isManual, true);
  assert.deepEqual(packages.get("half")?.state, { type: "broken", how: "half-configured" });
  assert.equal(packages.get("half")?.isManual, false);
});

test("apk: a database without a package, or with half a record, is a fault", () => {
  assert.throws(() => parseInstalled("", ""), /no package/);
  assert.throws(() => parseInstalled("P:busybox\nV:1\n\n", ""), /without name, version or arch/);
});

test("apk: the policy tells versions and the candidate; what is only installed is none", () => {
  const output = `busybox policy:
  1.36.1-r29:
    lib/apk/db/installed
    https://dl-cdn.alpinelinux.org/alpine/v3.20/main
  1.36.1-r30:
    https://dl-cdn.alpinelinux.org/alpine/v3.20/main
old policy:
  1.0-r0:
    lib/apk/db/installed
`;
  const found = parsePolicy(output);
  const versions = ["1.36.1-r30", "1.36.1-r29"];
  assert.deepEqual(found.get("busybox"), { candidate: "1.36.1-r30", versions, providers: [] });
  assert.deepEqual(found.get("old"), { versions: ["1.0-r0"], providers: [] });
  for (const odd of ["busybox:\n", "    source\n", "a policy:\n 1.0:\n"]) {
    assert.throws(() => parsePolicy(odd), /not understood/, odd);
  }
});

test("apk: versions are in the order of its documentation", () => {
  const ascending = [
    ["1.0_alpha1", "1.0_beta", "1.0_pre2", "1.0_rc1", "1.0", "1.0_git20240101", "1.0_p1"],
    ["1.0", "1.0-r1", "1.0-r10", "1.0a", "1.0.1", "1.05", "1.1", "1.10", "2"],
    ["nonsense", "0"],
  ];
  for (const versions of ascending) {
    assert.deepEqual(versions.toReversed().toSorted(compareApkVersions), versions);
  }
});

test("apk: what is removed goes first, and a version is pinned", () => {
  const change = {
    type: "change",
    install: [{ name: "nginx", version: "1.26.2-r0" }, { name: "curl" }],
    remove: ["apache2"],
    isPurge: true,
    noRecommends: false,
    allowDowngrade: false,
    allowHeld: false,
    conffiles: "keep",
  } as const;
  const shown = apkCommands(change, []).map((argv) => argv.slice(5).join(" "));
  assert.deepEqual(shown, ["del --purge apache2", "add nginx=1.26.2-r0 curl"]);
});
