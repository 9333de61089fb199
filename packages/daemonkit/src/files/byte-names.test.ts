import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeName, encodePath } from "./byte-names.ts";

test("every name of bytes comes back as the bytes that it has, and no two read the same", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.string({ unit: "binary" }).map((text) => Uint8Array.from(Buffer.from(text))),
  );
  fc.assert(
    fc.property(bytes, (name) => {
      assert.deepEqual(Buffer.from(encodePath(decodeName(name))), Buffer.from(name));
    }),
  );
});

test("a name that is UTF-8 is its text, and a path of text is given to Node as it is", () => {
  assert.equal(decodeName(Buffer.from("grüße\uFFFD")), "grüße\uFFFD");
  assert.equal(encodePath("/srv/grüße"), "/srv/grüße");
  assert.equal(decodeName(Buffer.of(0x6d, 0xc3, 0xbc, 0xfc)), "mü\udcfc");
});
