import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nearest } from "./suggest.ts";

const word = fc.stringMatching(/^[a-z]{4,12}$/);

test("B2: one slip of the fingers is always recognized", () => {
  fc.assert(
    fc.property(
      word,
      fc.nat(),
      fc.constantFrom("drop", "double", "swap", "replace"),
      (right, at, slip) => {
        assert.equal(
          nearest(misspell(right, at % (right.length - 1), slip), ["0123456789", right]),
          right,
        );
      },
    ),
  );
});

test("what is suggested is never far from the word, and is a candidate", () => {
  fc.assert(
    fc.property(word, fc.array(word), (wrong, candidates) => {
      const found = nearest(wrong, candidates);
      if (found === undefined) return;
      assert.ok(candidates.includes(found));
      assert.ok(Math.abs(found.length - wrong.length) <= 3);
    }),
  );
});

test("a word that is there suggests itself", () => {
  fc.assert(
    fc.property(fc.array(word), word, (others, exact) => {
      assert.equal(nearest(exact, [...others, exact]), exact);
    }),
  );
});

test("examples", () => {
  const fields = ["content", "mode", "owner", "group", "state"];
  const check = (wrong: string, expected: string | undefined) =>
    assert.equal(nearest(wrong, fields), expected, wrong);
  check("mdoe", "mode");
  check("Mode", "mode");
  check("modes", "mode");
  check("contnets", "content");
  check("permissions", undefined);
  check("x", undefined);
  check("", undefined);
  assert.equal(nearest("mod", ["mode", "mods"]), "mode", "the first of equals");
});

function misspell(text: string, at: number, slip: string): string {
  const [before, letter, next, rest] = [
    text.slice(0, at),
    text.charAt(at),
    text.charAt(at + 1),
    text.slice(at + 2),
  ];
  switch (slip) {
    case "drop":
      return `${before}${next}${rest}`;
    case "double":
      return `${before}${letter}${letter}${next}${rest}`;
    case "swap":
      return `${before}${next}${letter}${rest}`;
    default:
      return `${before}_${next}${rest}`;
  }
}
