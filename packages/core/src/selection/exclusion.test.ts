import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { compileExclusion, isExcludedBelow } from "./exclusion.ts";

function check(globs: readonly string[], path: string, expected: boolean): void {
  const exclusion = compileExclusion(globs);
  assert(typeof exclusion === "function", JSON.stringify(exclusion));
  assert.equal(exclusion(path), expected, `${JSON.stringify(globs)} of ${path}`);
}

function mistake(globs: readonly string[]): string {
  const exclusion = compileExclusion(globs);
  assert(typeof exclusion !== "function");
  return `${exclusion.position} ${exclusion.mistake}`;
}

const name = fc.constantFrom("a", "b", ".git", "x.bak");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));

suite("exclusions", () => {
  test("a glob without a slash means a name at any depth, one with a slash a path from the top on", () => {
    fc.assert(
      fc.property(path, name, (where, what) => {
        check([what], `${where}/${what}`, true);
        check([`/${what}`], `${where}/${what}`, false);
        check([`/${what}`], what, true);
        check([where], where, true);
      }),
    );
    check(["*.bak"], "deep/x.bak", true);
    check(["deep/*.bak"], "deep/x.bak", true);
    check(["deep/*.bak"], "other/deep/x.bak", false);
    check(["**/deep/*.bak"], "other/deep/x.bak", true);
    check(["a?c"], "a\uFFFDc", true);
    check([], "anything", false);
  });

  test("what is below an excluded directory is excluded with it", () => {
    const exclusion = compileExclusion([".git", "/var/cache"]);
    assert(typeof exclusion === "function");
    assert.equal(isExcludedBelow(exclusion, "sub/.git/config"), true);
    assert.equal(isExcludedBelow(exclusion, "var/cache/deep/file"), true);
    assert.equal(isExcludedBelow(exclusion, "var/cache"), true);
    assert.equal(isExcludedBelow(exclusion, "var/cached/file"), false);
  });

  test("D19: a glob that would match nothing is refused, and so are too many", () => {
    assert.match(mistake(["ok", ""]), /^1 is empty/);
    assert.match(mistake(["cache/"]), /^0 ends in a slash/);
    assert.match(mistake(["!keep"]), /^0 begins with !/);
    assert.match(mistake(["./a"]), /from the top/);
    assert.match(mistake(["a/../b"]), /from the top/);
    assert.match(mistake(Array.from({ length: 33 }, () => "a")), /^32 is one too many/);
    assert.match(mistake(["a".repeat(300)]), /^0 has 300 characters/);
  });
});
