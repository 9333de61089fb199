import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseJson } from "./parse-json.ts";

/** Texts that look like JSON from inside. */
const tricky = fc.string({ unit: fc.constantFrom('"', "\\", ":", "{", "}", ",", "a", "\n", " ") });
/**
 * Field names hold no backslash and nothing that needs one: V8 13.6 reads the second name of two objects of one shape
 * wrongly when its escaped text begins like the first's (nodejs/node#63785).
 */
const field = fc.string({ unit: fc.constantFrom(":", "{", "}", ",", "a", " ", "é") });
const value = fc.letrec<{ value: unknown; object: object; list: unknown[] }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, tricky, fc.integer(), tie("object"), tie("list")),
  object: fc.dictionary(field, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  list: fc.array(tie("value"), { maxLength: 4 }),
})).object;
const indent = fc.constantFrom(undefined, 2, "\t");

test("JSON reads as JSON.parse reads it, and has no duplicates where none were written", () => {
  fc.assert(
    fc.property(value, indent, (written, space) => {
      const parsed = parseJson(JSON.stringify(written, undefined, space));
      assert.deepEqual(parsed, { values: [written], hasDuplicates: false });
    }),
    { numRuns: 500 },
  );
});

test("a field written twice is noticed, whatever is around it", () => {
  fc.assert(
    fc.property(value, field, value, indent, (written, name, other, space) => {
      const twice = `{${JSON.stringify(name)}: 1, ${JSON.stringify(name)} : 2}`;
      const text = JSON.stringify({ other, at: "@@", written }, undefined, space);
      const parsed = parseJson(text.replace('"@@"', () => twice));
      assert.equal(parsed.hasDuplicates, true);
    }),
    { numRuns: 500 },
  );
});

test("nesting is bounded", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  assert.equal(parseJson(nested(100)).failure, undefined);
  assert.equal(parseJson(nested(101)).failure?.reason, "nesting exceeds 100 levels");
  assert.equal(parseJson(nested(100_000)).failure?.reason, "nesting exceeds 100 levels");
});
