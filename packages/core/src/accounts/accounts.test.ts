import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { isAccountId, parseAccountId } from "./account-id.ts";
import { isAccountName } from "./account-name.ts";
import { PasswordHash } from "./password-hash.ts";
import { parseUserPassword } from "./user-password.ts";

test("K6: decimal text is the number, also without an account", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 2 }), (id) => {
      assert.equal(parseAccountId(String(id)), id);
      assert.ok(isAccountId(id));
    }),
  );
  for (const text of ["", "-1", "1.5", "0x10", "4294967295", "99999999999", "1 ", "١"]) {
    assert.equal(parseAccountId(text), undefined, text);
  }
  for (const id of [-1, 1.5, Number.NaN, 2 ** 32 - 1]) assert.equal(isAccountId(id), false);
});

test("K6: a new name is what Debian recommends, whatever useradd itself takes (Foo.Bar, 123)", () => {
  for (const name of ["app", "_apt", "www-data", "host$", "a".repeat(32), `${"a".repeat(31)}$`]) {
    assert.ok(isAccountName(name), name);
  }
  const bad = ["", "Foo.Bar", "123", "-a", "+a", "a b", "a:b", "a\n", "ä", "$", "a$b", "../a"];
  for (const name of [...bad, "a".repeat(33), `${"a".repeat(32)}$`]) {
    assert.equal(isAccountName(name), false, name);
  }
});

test("K6: the lock and the hash of a password are two things", () => {
  const cases: readonly (readonly [string, boolean, string, string | undefined])[] = [
    ["$6$salt$hash", false, "hash", "$6$salt$hash"],
    ["!$6$salt$hash", true, "hash", "$6$salt$hash"],
    ["abcdefghijklm", false, "hash", "abcdefghijklm"],
    ["", false, "none", undefined],
    ["!", true, "none", undefined],
    ["!!", true, "none", undefined],
    ["*", false, "disabled", "*"],
    ["!*", true, "disabled", "*"],
    ["x", false, "disabled", "x"],
  ];
  for (const [field, isLocked, form, hash] of cases) {
    const password = parseUserPassword(field);
    assert.deepEqual([password.isLocked, password.form], [isLocked, form], field);
    assert.equal(password.hash?.shadowField(false), hash);
  }
});

test("K6: a plain password, a lock or a line break is no hash", () => {
  for (const text of ["*", "$y$j9T$abc$def", "$2b$12$abc./", "_J9..K0AyUubDrqz7p7I"]) {
    assert.ok(new PasswordHash(text).isSettable, text);
  }
  for (const text of ["", "hunter2", "!", "!$6$a$b", "$6$a$b:c", "$6$a\nroot:x", "$6$a b", "$6$"]) {
    assert.equal(new PasswordHash(text).isSettable, false, text);
  }
});

test("B4: a hash is compared and written, and never shown", () => {
  const hash = new PasswordHash("$6$salt$hash");
  assert.ok(hash.equals(new PasswordHash("$6$salt$hash")));
  assert.ok(!hash.equals(new PasswordHash("$6$salt$other")) && !hash.equals(undefined));
  const shown = [
    `${String(hash)} ${JSON.stringify({ hash })}`,
    inspect({ hash }, { showHidden: true, depth: 9 }),
    JSON.stringify(structuredClone(hash)),
    hash.redactIn("chpasswd: bad $6$salt$hash"),
  ];
  for (const text of shown) assert.doesNotMatch(text, /salt/);
  assert.deepEqual(
    [hash.shadowField(true), hash.shadowField(false)],
    ["!$6$salt$hash", "$6$salt$hash"],
  );
});
