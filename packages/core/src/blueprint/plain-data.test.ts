import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Mistake } from "../check/mistake.ts";
import { toPlainData } from "./plain-data.ts";

test("plain data is copied as it is", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const mistakes: Mistake[] = [];
      const copy = toPlainData(value, ["spec"], mistakes);
      assert.deepEqual(mistakes, []);
      assert.equal(JSON.stringify(copy), JSON.stringify(value));
      if (typeof value === "object" && value !== null) assert.notEqual(copy, value);
    }),
  );
});

test("what JSON cannot hold is reported with its path", () => {
  const check = (value: unknown, expected: readonly string[]) => {
    const mistakes: Mistake[] = [];
    structuredClone(toPlainData(value, ["spec"], mistakes));
    assert.deepEqual(
      mistakes.map(({ detail }) => detail.replace(/\. Only plain data.*/, "")),
      expected,
    );
  };
  const circular: { inner?: unknown } = {};
  circular.inner = [circular];
  let deep: unknown = 1;
  for (let depth = 0; depth < 102; depth += 1) deep = { deep };
  check({ a: () => 1, b: [1, undefined], c: { "d e": new Date(0) } }, [
    "spec.a is a function",
    "spec.b[1] is undefined",
    'spec.c["d e"] is a Date',
  ]);
  check(circular, ["spec.inner[0] contains itself"]);
  check(
    [new Map(), 5n, Symbol("s"), NaN, -Infinity, new (class {})()],
    [
      "spec[0] is a Map",
      "spec[1] is a bigint",
      "spec[2] is a symbol",
      "spec[3] is NaN",
      "spec[4] is -Infinity",
      "spec[5] is an object of a class",
    ],
  );
  check({ a: undefined, b: null, c: [{}, []] }, []);
  const shared = { x: 1 };
  check([shared, shared], []);
  const mistakes: Mistake[] = [];
  toPlainData(deep, [], mistakes);
  assert.match(mistakes[0]?.detail ?? "", /is nested too deep/);
});

test("a number in a field called mode becomes octal text, at any depth", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0o7777 }), (mode) => {
      const mistakes: Mistake[] = [];
      const copy = toPlainData({ mode, recurse: [{ mode }], model: mode }, [], mistakes);
      const text = mode.toString(8).padStart(4, "0");
      assert.deepEqual(copy, { mode: text, recurse: [{ mode: text }], model: mode });
      assert.equal(
        mistakes.length > 0,
        /^(?:51[2-7]|5[2-7][0-7]|[67][0-7]{2})$/.test(String(mode)),
      );
    }),
    { numRuns: 1000 },
  );
});

test("below a field called value or vars a number called mode stays a number", () => {
  const mistakes: Mistake[] = [];
  const written = { mode: 0o644, value: { mode: 420, deep: [{ mode: 0.5 }] }, vars: { mode: 5 } };
  const copy = toPlainData(written, ["spec"], mistakes);
  assert.deepEqual(copy, {
    mode: "0644",
    value: { mode: 420, deep: [{ mode: 0.5 }] },
    vars: { mode: 5 },
  });
  assert.deepEqual(mistakes, []);
});

test("what is no mode says what to write", () => {
  const check = (mode: number, expected: string) => {
    const mistakes: Mistake[] = [];
    toPlainData({ mode }, ["spec"], mistakes);
    assert.equal(mistakes[0]?.detail, expected);
  };
  check(NaN, "spec.mode is NaN; write an octal number from 0 to 0o7777, e.g. 0o644.");
  check(-1, "spec.mode is -1; write an octal number from 0 to 0o7777, e.g. 0o644.");
  check(0o10000, "spec.mode is 4096; write an octal number from 0 to 0o7777, e.g. 0o644.");
  check(1.5, "spec.mode is 1.5; write an octal number from 0 to 0o7777, e.g. 0o644.");
  check(
    644,
    'spec.mode is the decimal number 644; write 0o644, or "1204" if that is really meant.',
  );
});
