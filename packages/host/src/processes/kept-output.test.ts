import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KeptOutput } from "./kept-output.ts";

test("K5: the kept part of an output is the end of its text, however it comes", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.nat(100),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (text, maxBytes, cuts) => {
        const output = new KeptOutput(maxBytes);
        let bytes = Buffer.from(text);
        const whole = bytes.byteLength;
        for (const cut of [...cuts, whole]) {
          output.add(bytes.subarray(0, cut));
          bytes = bytes.subarray(cut);
        }
        assert.ok(text.endsWith(output.text()), "no broken character at the beginning");
        assert.equal(output.isTruncated, whole > maxBytes);
        assert.ok(maxBytes - Buffer.byteLength(output.text()) < 4 || !output.isTruncated);
        if (!output.isTruncated) assert.equal(output.text(), text);
      },
    ),
  );
});

test("K5: bytes that are no text are shown as such, and cost no others", () => {
  const output = new KeptOutput(10);
  output.add(Uint8Array.of(0x80, 0x41, 0xff, 0x42));
  assert.equal(output.text(), "\ufffdA\ufffdB");
});
