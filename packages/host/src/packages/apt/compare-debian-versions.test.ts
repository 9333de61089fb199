import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { compareDebianVersions } from "./compare-debian-versions.ts";

/** Each comparison by dpkg is a process of a few milliseconds. */
const RUNS_WITH_DPKG = 300;
const hasDpkg = existsSync("/usr/bin/dpkg");

/** Versions that are near each other, with everything in them that the rules are about. */
const anyVersion = fc
  .tuple(
    fc.constantFrom("", "", "0:", "1:", "12:"),
    fc.string({
      unit: fc.constantFrom("0", "0", "1", "9", "a", "Z", ".", "+", "~"),
      minLength: 0,
      maxLength: 6,
    }),
    fc.constantFrom("", "", "-0", "-1", "-1~bpo12+1", "-00", "-1ubuntu1", "-a-1"),
  )
  .map(([epoch, upstream, revision]) => `${epoch}1${upstream}${revision}`);

test("versions: the order is total, and what is the same is the same with zeros in front", () => {
  const sign = (a: string, b: string): number => Math.sign(compareDebianVersions(a, b));
  fc.assert(
    fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
      assert.equal(sign(a, a), 0);
      assert.equal(sign(a, b), -sign(b, a) + 0);
      if (sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0, `${a} ${b} ${c}`);
      assert.equal(sign(`0${a.replace(/^\d+:/, "")}`, a.replace(/^\d+:/, "")), 0);
    }),
  );
});

test("versions: dpkg says the same", { skip: hasDpkg ? false : "needs dpkg" }, () => {
  fc.assert(
    fc.property(anyVersion, anyVersion, (a, b) => {
      const ours = Math.sign(compareDebianVersions(a, b));
      assert.ok(dpkgAgrees(a, b, ours), `${a} and ${b}: not ${ours}`);
    }),
    { numRuns: RUNS_WITH_DPKG },
  );
});

test("versions: tildes, letters, revisions, epochs and numbers that no number can hold", () => {
  const ascending = [
    ["1.0~~", "1.0~~a", "1.0~", "1.0", "1.0a", "1.0+"],
    ["1.0", "1.0-1~", "1.0-1", "1.0-1+b1", "1.0-10", "1.0.0", "1:0"],
    ["1.90071992547409930", "1.90071992547409931", "1.100071992547409930"],
  ];
  for (const versions of ascending) {
    assert.deepEqual(versions.toReversed().toSorted(compareDebianVersions), versions);
  }
});

function dpkgAgrees(a: string, b: string, sign: number): boolean {
  const operator = sign < 0 ? "lt" : sign > 0 ? "gt" : "eq";
  return spawnSync("dpkg", ["--compare-versions", a, operator, b]).status === 0;
}
