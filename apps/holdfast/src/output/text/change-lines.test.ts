import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Change, change } from "@holdfast/core";
import { changeLines, needsLineDiff } from "./change-lines.ts";
import { plainText } from "./line.ts";
import { diffLines } from "./line-diff.ts";

function check(one: Change, expected: readonly string[], uid = 0): void {
  const lines = changeLines(one, { reader: { uid }, diffLines });
  assert.deepEqual(lines.map(plainText), expected);
}

function wholeDiff(one: Change): readonly string[] {
  return changeLines(one, { reader: { uid: 0 }, diffLines, extent: "full" }).map(plainText);
}

function numbered(count: number, replace: Readonly<Record<number, string>> = {}): string {
  return Array.from(
    { length: count },
    (_, index) => `${replace[index + 1] ?? `line ${index + 1}`}\n`,
  ).join("");
}

test("changes: a full difference has every line that one text has and the other has not", () => {
  const someLines = fc.uniqueArray(fc.nat(3_000), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(someLines, someLines, (old, wanted) => {
      fc.pre(old.join() !== wanted.join());
      const text = (lines: readonly number[]): string => lines.map((one) => `${one}\n`).join("");
      const shown = wholeDiff(change("content", text(old), text(wanted)));
      for (const [sign, lines, others] of [
        ["-", old, wanted],
        ["+", wanted, old],
      ] as const) {
        const missing = lines.filter((one) => !others.includes(one));
        const signed = shown.filter((one) => one.startsWith(`  ${sign}`));
        assert.ok(missing.every((one) => signed.includes(`  ${sign}${one}`)));
        // A line that changed its place goes and comes.
        assert.ok(signed.every((one) => lines.includes(Number(one.slice(3)))));
      }
    }),
    { numRuns: 50 },
  );
});

test("changes: a full difference of unrelated texts is one gone and the other come, and values are not cut", () => {
  const from = numbered(2000);
  const to = from.replaceAll("line", "row");
  const shown = wholeDiff(change("content", from, to));
  assert.deepEqual([shown.length, shown[1], shown.at(-1)], [4001, "  -line 1", "  +row 2000"]);
  const long = "x".repeat(500);
  assert.deepEqual(wholeDiff(change("content", long, "y")), [`content: ${long} → y`]);
});

test("changes: a value is shown as old → new", () => {
  check(change("mode", "0600", "0644"), ["mode: 0600 → 0644"]);
  check(change("recurse.owner", "root", undefined), ["recurse.owner: root → nothing"]);
  check(change("enabled", undefined, true), ["enabled: true"]);
  check(change("list", ["a"], ["a", "b"]), ['list: ["a"] → ["a","b"]']);
});

test("changes: ambiguous text is quoted", () => {
  check(change("content", "old", "new\n"), ['content: old → "new\\n"']);
  check(change("content", "", " x"), ['content: "" → " x"']);
  check(change("content", "a\u001b[31m", "b"), ['content: "a\\u001b[31m" → b']);
});

test("changes: a long value is cut and measured", () => {
  check(change("content", "x".repeat(500), "y"), [
    `content: ${"x".repeat(100)}… (500 characters) → y`,
  ]);
});

test("K1: a text is shown as a unified diff of at most 5 changed lines, and how many more", () => {
  check(change("content", numbered(9), numbered(9, { 3: "changed" })), [
    "content:",
    "  @@ line 2 @@",
    "   line 2",
    "  -line 3",
    "  +changed",
    "   line 4",
  ]);
  check(change("content", numbered(2), numbered(12)), [
    "content:",
    "  @@ line 2 @@",
    "   line 2",
    ...[3, 4, 5, 6, 7].map((number) => `  +line ${number}`),
    "  … 5 more lines",
  ]);
});

test("K1: a missing newline at the end is a difference that can be seen", () => {
  check(change("content", "a\nb\n", "a\nb"), [
    "content:",
    "  @@ line 1 @@",
    "   a",
    "  -b",
    "  +b",
    "  \\ No newline at end of file",
  ]);
});

test("changes: a new text is shown from its beginning without comparing anything", () => {
  const added = change("content", undefined, numbered(6));
  assert.equal(needsLineDiff([added]), false);
  check(added, [
    "content:",
    ...[1, 2, 3, 4, 5].map((number) => `  +line ${number}`),
    "  … 1 more line",
  ]);
});

test("changes: texts that have nothing in common are measured, not compared", () => {
  const from = numbered(2000);
  const to = from.replaceAll("line", "row");
  check(change("content", from, to), [
    `content: 2000 lines, ${from.length} characters → 2000 lines, ${to.length} characters`,
  ]);
});

test("changes: a value that not everyone may read is shown to root only", () => {
  const secret: Change = {
    ...change("content", "old\nsecret\n", "new\nsecret\n"),
    isPrivate: true,
  };
  check(secret, ["content: ‹not world-readable› → ‹not world-readable›"], 1000);
  check(
    { ...change("content", undefined, "secret"), isPrivate: true },
    ["content: ‹not world-readable›"],
    1000,
  );
  assert.match(
    changeLines(secret, { reader: { uid: 0 }, diffLines })
      .map(plainText)
      .join(),
    /secret/,
  );
  const others = { reader: { uid: 1000 }, diffLines, extent: "full" } as const;
  assert.doesNotMatch(changeLines(secret, others).map(plainText).join(), /secret/);
});
