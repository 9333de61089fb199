import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as z from "zod/mini";
import { formatMode, modeSchema, parseMode } from "./file-mode.ts";

/** What the schema says to a value; `undefined` when it takes it. */
function complaint(input: unknown): string | undefined {
  return z.safeParse(modeSchema, input).error?.issues[0]?.message;
}

test("K1: a mode is 12 bits; showing and reading it is lossless", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0o7777 }), (mode) => {
      const text = formatMode(mode);
      assert.match(text, /^[0-7]{4}$/);
      assert.equal(complaint(text), undefined);
      assert.equal(parseMode(text), mode);
      assert.equal(formatMode(parseMode(text)), text);
    }),
  );
});

test("a mode may leave out or add a leading zero", () => {
  for (const text of ["644", "0644", "04755", "4755"]) assert.equal(complaint(text), undefined);
  for (const text of ["64", "888", "u+x", "", "0o644", "44755"]) {
    assert.match(complaint(text) ?? "", /octal digits in quotes/);
  }
});

test("a number is an error that says what to write", () => {
  const check = (input: number, expected: string) => assert.equal(complaint(input), expected);
  const octal = "a mode is an octal string: write";
  check(644, `${octal} "0644" (or "1204" if 644 was meant as a decimal number)`);
  check(420, `${octal} "0420" (or "0644" if 420 was meant as a decimal number)`);
  check(493, `${octal} "0755"`);
  check(4755, `${octal} "4755"`);
  check(0.5, `${octal} "0644"`);
});
