import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { test } from "node:test";
import fc from "fast-check";
import { isSameData } from "./json.ts";

test("two values of plain data are the same when they are equal, in whatever order their fields are", () => {
  const near = fc.jsonValue().chain((value) => {
    const reordered: unknown = JSON.parse(JSON.stringify(value, reversed));
    return fc.tuple(fc.constant(value), fc.constantFrom(reordered, [value], { value }, null));
  });
  fc.assert(
    fc.property(fc.oneof(near, fc.tuple(fc.jsonValue(), fc.jsonValue())), ([one, other]) => {
      const isEqual = isDeepStrictEqual(plain(one), plain(other));
      assert.equal(isSameData(one, other), isEqual);
      assert.equal(isSameData(other, one), isEqual);
    }),
  );
});

test("a field that is undefined is as one that is not there", () => {
  assert.ok(isSameData({ a: 1, b: undefined }, { a: 1 }));
  assert.ok(isSameData({ a: 1 }, { a: 1, b: undefined }));
  assert.ok(!isSameData({ a: undefined }, { a: null }));
});

function reversed(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toReversed());
}

/** Without what JSON cannot express: -0, and a field called `__proto__`. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
