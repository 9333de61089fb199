import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { escapeControls, line, plainText } from "./line.ts";

test("output: no control character but the tab survives, in whatever text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = escapeControls(text);
      // oxlint-disable-next-line no-control-regex -- this searches for control characters
      assert.doesNotMatch(shown, /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/u);
      assert.doesNotMatch(shown, /[\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
    }),
  );
});

test("output: escaped text can still be read", () => {
  assert.equal(
    escapeControls("\u001b[2Jgone\r\n\u0007\u009b\u202e"),
    "\\e[2Jgone\\r\\n\\u{7}\\u{9b}\\u{202e}",
  );
  assert.equal(escapeControls("plain\ttext – ünïcode 🙂"), "plain\ttext – ünïcode 🙂");
});

test("output: a line is escaped as a whole", () => {
  assert.equal(
    plainText(line("a\u001b]0;title\u0007", { text: "b\n", tone: "good" })),
    "a\\e]0;title\\u{7}b\\n",
  );
});
