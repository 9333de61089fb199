import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "@holdfast/core";
import fc from "fast-check";
import { holdsToken, withoutToken } from "./publish.ts";

const anyToken = fc
  .string({ unit: "grapheme", minLength: 6, maxLength: 40 })
  .filter((text) => text.trim().length >= 6 && text.isWellFormed());

/** Forms in which servers repeat a token, made by other means than ours. */
const PRINTED: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text),
  (text) => encodeURIComponent(text),
  (text) => Buffer.from(text).toString("base64"),
];

test("a token is in no words of a fault and is found in a state, in whatever form a server prints it", () => {
  fc.assert(
    fc.property(anyToken, fc.constantFrom(...PRINTED), (text, form) => {
      const token = new Secret(text);
      const printed = form(text);
      const fault = { message: `refused: ${printed}`, resolution: `Not ${printed}.` };
      const shown = withoutToken({ reason: "ProviderRefused", retry: "never", ...fault }, token);
      assert.equal(shown.message.includes(`refused: ${printed}`), false);
      assert.equal(shown.resolution.includes(`Not ${printed}`), false);
      assert.ok(holdsToken({ resources: [{ attributes: { note: printed } }] }, token));
      assert.ok(holdsToken({ metadata: { [printed]: 1 } }, token), "as the name of a field, too");
    }),
  );
  assert.equal(holdsToken({ resources: [] }, new Secret("correct horse")), false);
  assert.equal(holdsToken({ resources: ["anything"] }, undefined), false);
});
