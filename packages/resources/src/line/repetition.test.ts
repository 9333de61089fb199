import assert from "node:assert/strict";
import { test } from "node:test";
import { repeatsRepetition } from "./repetition.ts";

function check(source: string, expected: boolean): void {
  assert.equal(repeatsRepetition(source), expected, source);
}

test("a repeated repetition is found however deep, and nothing else", () => {
  for (const source of ["(a+)+", "(?:a*)*", "((a+))+", "(x(a|b+)y)*", "(a{2,})+", "(a+){3,}"]) {
    check(source, true);
  }
  for (const source of ["a+b*", "(a+)", "(a)+", "(a+)?", "(a+){2}", "(\\(+x)", "([+*]x)+"]) {
    check(source, false);
  }
  check("^\\s*#?\\s*PermitRootLogin\\s+.*$", false);
  check("(\\++", false);
});
