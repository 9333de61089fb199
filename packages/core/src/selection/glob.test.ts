import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import picomatch from "picomatch";
import { compileGlob, type Glob, isGlob } from "./glob.ts";

function globOf(source: string): Glob {
  const glob = compileGlob(source);
  assert.ok(typeof glob === "function", `${source} ${JSON.stringify(glob)}`);
  return glob;
}

function check(source: string, matching: readonly string[], others: readonly string[]): void {
  const glob = globOf(source);
  for (const text of matching) assert.ok(glob(text), `${source} on ${text}`);
  for (const text of others) assert.ok(!glob(text), `${source} on ${text}`);
}

const segment = fc
  .array(fc.constantFrom("a", "b", "ab", "?", "*", "[ab]", "[^a]", "{a,b*}", "{ab,b}", ".", ":"), {
    minLength: 1,
    maxLength: 4,
  })
  .map((pieces) => pieces.join(""))
  // Elsewhere two stars in a row are one there.
  .filter((text) => !text.includes("**") && !/^[.:]*$/.test(text));
const source = fc
  .array(fc.oneof({ arbitrary: segment, weight: 3 }, fc.constant("**")), {
    minLength: 1,
    maxLength: 4,
  })
  .map((segments) => segments.join("/"))
  .filter((text) => text.split("{").length < 5)
  // An id begins with a kind, never with a path; and `a/**` matches `a` there, but `*/**` does not.
  .filter((text) => !/^\*\*|\*\*\/\*\*|[*}]\/\*\*$/.test(text));
const text = fc
  .array(fc.stringMatching(/^[ab](?:[ab.:]{0,2}[ab])?$/), { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join("/"));

test("D19: globs match what picomatch matches without its extensions", () => {
  fc.assert(
    fc.property(source, fc.array(text, { minLength: 1, maxLength: 6 }), (glob, texts) => {
      const expected = picomatch(glob, { dot: true, noextglob: true });
      const actual = globOf(glob);
      for (const one of texts) assert.equal(actual(one), expected(one), `${glob} on ${one}`);
    }),
    { numRuns: 3_000 },
  );
});

test("a text matches itself with every character that means something escaped", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (one, other) => {
      const glob = globOf(one.replaceAll(/[\\*?[\]{},]/g, "\\$&"));
      assert.ok(glob(one));
      assert.equal(glob(other), one === other);
    }),
  );
});

test("examples of globs", () => {
  check("file:/etc/*", ["file:/etc/motd"], ["file:/etc/ssh/config", "file:/etc"]);
  check(
    "file:/etc/**",
    ["file:/etc/motd", "file:/etc/ssh/config", "file:/etc"],
    ["file:/etcetera"],
  );
  check("file:/etc/**/x", ["file:/etc/x", "file:/etc/a/b/x"], ["file:/etcx"]);
  check("**nginx**", ["file:/etc/nginx/conf", "package:nginx"], ["package:apache"]);
  check("*:nginx", ["package:nginx", "service:nginx"], ["file:/etc/nginx"]);
  check("{file,link}:/a{b,c,}", ["file:/ab", "link:/ac", "file:/a"], ["file:/ad", "exec:/ab"]);
  check("{a,{b,c}d}", ["a", "bd", "cd"], ["d", "ad"]);
  check("a{b,c", ["a{b,c"], ["ab", "ac"]);
  check("a[b", ["a[b"], ["ab"]);
  check("[]a]", ["]", "a"], ["b"]);
  check("a}, (b)+!", ["a}, (b)+!"], []);
  check("\\*", ["*"], ["a"]);
  check("?\u{1f600}", ["a\u{1f600}", "\u{1f600}\u{1f600}"], ["\u{1f600}"]);
  assert.ok(isGlob("a*") && isGlob("a?") && isGlob("[a]") && isGlob("{a}"));
  assert.ok(!isGlob("exec:run (a+b)!"));
});

test("D19: a glob that backtracking takes for ever on goes once over the text", () => {
  const name = "a".repeat(4_000);
  check(`${"*a".repeat(100)}*b`, [`${name}b`], [name]);
  check("file:/etc/+(*[a-z])~", ["file:/etc/+(x)~"], [`file:/etc/${name}`]);
  check(`${"{*a,a*}".repeat(6)}b`, [`${name}b`], [name]);
});
