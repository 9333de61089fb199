import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseUserName, requesterWords } from "./requester.ts";

test("who asked: name and number, and the person behind root as far as sudo or the kernel says", () => {
  assert.equal(requesterWords({ uid: 1000, user: "alice" }), "alice (uid 1000)");
  assert.equal(requesterWords({ uid: 1000 }), "uid 1000");
  const root = { uid: 0, user: "root" };
  assert.equal(requesterWords({ ...root, loginUser: "bob" }), "root (uid 0), logged in as bob");
  const sudo = { ...root, loginUser: "bob", sudoUser: "alice" };
  assert.equal(requesterWords(sudo), "root (uid 0), by sudo of alice");
});

test("who asked: what sudo is said to say is a user's name or nothing, whatever the environment holds", () => {
  assert.equal(parseUserName("alice"), "alice");
  assert.equal(parseUserName("DOMAIN\\alice.b-c_9$"), "DOMAIN\\alice.b-c_9$");
  for (const text of [undefined, "", "-x", "a b", "a\nb", "a".repeat(66)]) {
    assert.equal(parseUserName(text), undefined);
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const name = parseUserName(text);
      assert(name === undefined || !/[\s\p{Cc}]/u.test(name));
    }),
  );
});
