import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { describeInvalidUtf8, firstInvalidByte } from "./invalid-utf8.ts";

const BORDERS = [0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf];

/** Bytes near the borders of what is UTF-8, which plain random bytes hardly meet. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(...BORDERS).map((byte) => Uint8Array.of(byte)),
      fc.string({ unit: "binary", maxLength: 3 }).map((text) => new TextEncoder().encode(text)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));

test("the byte that is named is where the longest UTF-8 beginning ends", () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const offset = firstInvalidByte(bytes);
      assert.equal(offset === undefined, isUtf8(bytes));
      if (offset === undefined) return;
      assert.ok(isUtf8(bytes.subarray(0, offset)));
      for (let end = offset + 1; end <= Math.min(bytes.length, offset + 4); end++) {
        assert.ok(!isUtf8(bytes.subarray(0, end)));
      }
    }),
    { numRuns: 500 },
  );
});

test("a letter of Latin-1 is named, and not what follows it", () => {
  const bytes = Buffer.concat([Buffer.from('é\n"caf'), Buffer.of(0xe9), Buffer.from('"\n')]);
  const said = describeInvalidUtf8(bytes);
  assert.equal(said, "byte 0xe9 at offset 7, in line 2, begins no character");
  assert.equal(describeInvalidUtf8(Buffer.from("é")), undefined);
});
