import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { secretIn, secretInData } from "./secret-scan.ts";

const KEY_HEAD = ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" ");

const SECRETS = [
  KEY_HEAD,
  "[Interface]\nPrivateKey = aGVsbG8=\n",
  "admin:$6$saltsalt$abcdefghijklmnop:1:0\n",
  "admin:$apr1$abcdefgh$0123456789\n",
  "url = postgres://app:hunter22@db.example.org/app\n",
  "machine deb.example.org login me password hunter22\n",
  "db_password = hunter22\n",
  'Environment="API_TOKEN=hunter22hunter22"\n',
  "export AWS_SECRET=hunter22\n",
  '  "clientSecret": "hunter22",\n',
  "api-key: hunter22\n",
  `id = ${"AKIA"}ABCDEFGHIJKLMNOP\n`,
];

const HARMLESS = [
  "PasswordAuthentication no\nPermitEmptyPasswords no\n",
  "# password = hunter22\n;secret=x\n",
  "password\trequisite\tpam_deny.so\n",
  "passwd:         files systemd\n",
  "password = $DB_PASSWORD\nsecret_file: /run/secrets/x\ntoken = <fill in>\n",
  "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBERERERERERERERERERERERERERERERERERERERERER me\n",
  "https://example.org:8080/path@version\n",
  "PASS_MAX_DAYS 99999\npassword_min_days = 7\n",
];

test("whatever gives a secret away is found, wherever in a text it stands", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SECRETS), fc.constantFrom(...HARMLESS), (secret, other) => {
      for (const text of [secret, `${other}${secret}`, `${secret}\n${other}`]) {
        assert.notEqual(secretIn(text), undefined, text);
      }
    }),
  );
});

test("what only speaks of secrets is none", () => {
  for (const text of HARMLESS) assert.equal(secretIn(text), undefined, text);
});

test("the words for a finding never repeat it", () => {
  for (const text of SECRETS) assert.ok(!/hunter|AKIA|\$/.test(secretIn(text) ?? ""));
});

test("secrets are found at any depth of plain data", () => {
  assert.notEqual(secretInData({ a: [{ b: "db_password = hunter22" }] }), undefined);
  assert.equal(secretInData({ a: [1, null, true, "fine"] }), undefined);
});

test("D19: a scan of long texts that are made to go back over takes no longer than others", () => {
  for (const text of ["a-".repeat(30_000), "password".repeat(8_000), "x://a:".repeat(10_000)]) {
    assert.equal(secretIn(text), undefined);
  }
});
