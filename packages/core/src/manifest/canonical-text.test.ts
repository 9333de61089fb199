import assert from "node:assert/strict";
import { test } from "node:test";
import canonicalize from "canonicalize";
import fc from "fast-check";
import type { Json } from "../json.ts";
import { canonicalText } from "./canonical-text.ts";

const field = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_]{0,6}$/),
  fc.stringMatching(/^\d{1,2}$/),
  fc.constantFrom("__proto__", "constructor", "é", "\u{1f600}", "\uffff", '"', "01", "-1"),
);

const json = fc.letrec<{ value: Json; leaf: Json; object: Json; list: Json[] }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, tie("leaf"), tie("object"), tie("list")),
  leaf: fc.oneof(
    fc.string({ unit: "binary" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  ),
  object: fc
    .array(fc.tuple(field, tie("value")), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries)),
  list: fc.array(tie("value"), { maxLength: 4 }),
})).value;

test("the text is RFC 8785's, as the canonicalize library writes it", () => {
  fc.assert(
    fc.property(json, (value) => {
      assert.equal(canonicalText(value), canonicalize(value));
    }),
    { numRuns: 500 },
  );
});

test("a field that is undefined is as good as not there", () => {
  const text = (value: { readonly [field: string]: Json | undefined }) => canonicalText(value);
  assert.equal(text({ b: 1, a: undefined }), '{"b":1}');
  assert.equal(text({ 1: undefined, b: { a: undefined } }), '{"b":{}}');
});
