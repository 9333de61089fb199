import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import fc from "fast-check";
import { SecretsKey } from "./secrets-key.ts";

const anyText = fc
  .string({ unit: "grapheme", maxLength: 50 })
  .filter((text) => text.isWellFormed());
const anyPath = fc.stringMatching(/^[a-z]{1,4}(\.[a-z0-9_-]{1,4}){0,2}$/);

function key(): SecretsKey {
  const made = SecretsKey.parse(SecretsKey.generate());
  assert.ok(made !== undefined);
  return made;
}

test("B4: an encrypted value comes back for the same key and path, and for no other", () => {
  const [own, other] = [key(), key()];
  fc.assert(
    fc.property(anyText, anyPath, anyPath, (text, path, elsewhere) => {
      const token = own.encrypt(path, text);
      assert.match(token, /^ENC\[AES256:[A-Za-z0-9+/]+={0,2}\]$/);
      assert.deepEqual(own.decrypt(path, token), { text });
      assert.deepEqual(other.decrypt(path, token), { failure: "tag" });
      if (elsewhere !== path) assert.deepEqual(own.decrypt(elsewhere, token), { failure: "tag" });
      assert.notEqual(own.encrypt(path, text), token, "a nonce is used once");
    }),
  );
});

test("B4: bad base64, a bad tag, any flipped bit and any cut are failures, never a text", () => {
  const own = key();
  fc.assert(
    fc.property(anyText, fc.nat(), fc.nat({ max: 7 }), (text, at, bit) => {
      const token = own.encrypt("a.b", text);
      const bytes = Buffer.from(token.slice("ENC[AES256:".length, -1), "base64");
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      const flipped = `ENC[AES256:${bytes.toString("base64")}]`;
      assert.deepEqual(own.decrypt("a.b", flipped), { failure: "tag" });
      const cut = `ENC[AES256:${bytes.subarray(0, at % bytes.length).toString("base64")}]`;
      assert.ok("failure" in own.decrypt("a.b", cut));
    }),
  );
  for (const token of [
    "",
    "hunter2",
    "ENC[AES256:]",
    "ENC[AES256:****]",
    "ENC[AES256:AAAA]",
    " ENC[AES256:AAAA",
  ]) {
    assert.deepEqual(own.decrypt("a", token), { failure: "form" }, token);
  }
});

test("B4: a key is 32 random bytes as base64, blanks apart; it cannot be printed", () => {
  const text = SecretsKey.generate();
  assert.equal(Buffer.from(text, "base64").length, 32);
  assert.ok(SecretsKey.parse(` ${text}\n`) !== undefined);
  for (const wrong of [
    "",
    "x",
    text.slice(1),
    `${text}A`,
    text.replace(/.$/, "*"),
    "A".repeat(44),
  ]) {
    assert.equal(SecretsKey.parse(wrong), undefined, wrong);
  }
  const shown = inspect(SecretsKey.parse(text), { showHidden: true, depth: 9 });
  assert.doesNotMatch(shown, /Buffer|#encryption/);
  assert.equal(JSON.stringify(SecretsKey.parse(text)), "{}");
});

test("B4: a digest needs the key, and is not what the values are encrypted with", () => {
  const [own, other] = [key(), key()];
  assert.equal(own.digest("x"), own.digest("x"));
  assert.notEqual(own.digest("x"), other.digest("x"));
  assert.notEqual(own.digest("x"), own.digest("y"));
  assert.match(own.digest("x"), /^[0-9a-f]{64}$/);
});
