import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { compareParts, compareRpmVersions } from "./compare-rpm-versions.ts";

const hasRpm = existsSync("/usr/bin/rpm");
const PAIRS = 2_000;
const CHARACTERS = ["0", "0", "1", "9", "a", "Z", ".", "_", "~", "^", "+"];

const anyPart = fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 8 });

test("rpm versions: the order is total", () => {
  const sign = (a: string, b: string): number => Math.sign(compareRpmVersions(a, b));
  const anyVersion = fc
    .tuple(fc.constantFrom("", "0:", "1:"), anyPart, fc.constantFrom("-1", "-1.fc40", "-2"))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
      assert.equal(sign(a, a), 0);
      assert.equal(sign(a, b), 0 - sign(b, a));
      if (sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0, `${a} ${b} ${c}`);
    }),
  );
});

test("rpm versions: rpm says the same", { skip: hasRpm ? false : "needs rpm" }, () => {
  const pairs = fc.sample(fc.tuple(anyPart, anyPart), PAIRS);
  const calls = pairs.map(([a, b]) => `rpm.vercmp("${a}", "${b}")`);
  const script = `%{lua: for _, each in ipairs({${calls.join(",")}}) do print(each .. "\\n") end}`;
  const said = execFileSync("rpm", ["--eval", script], { encoding: "utf8" }).match(/-?\d/g) ?? [];
  assert.equal(said.length, pairs.length);
  for (const [at, [a, b]] of pairs.entries()) {
    assert.equal(Math.sign(compareParts(a, b)), Number(said[at]), `${a} and ${b}`);
  }
});

test("rpm versions: epochs, and releases only where both have one", () => {
  assert.ok(compareRpmVersions("1:1.0-1", "2.0-1") > 0);
  assert.equal(compareRpmVersions("0:1.0-1", "1.0-1"), 0);
  assert.equal(compareRpmVersions("1.0", "1.0-7"), 0);
  assert.ok(compareRpmVersions("1.0-2", "1.0-10") < 0);
});
