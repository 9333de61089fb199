import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { SshReader, sshNumber, sshString } from "../bytes/ssh-wire.ts";
import { parseBase64, printBase64 } from "../bytes/base64.ts";
import { plainKey, securityKey } from "../testing/sample-keys.ts";
import { PrivateKey } from "./private-key.ts";
import {
  blobOfKey,
  keyOfBlob,
  parseKeyId,
  parsePublicKey,
  type PublicKey,
  publicKeyLine,
  shortKeyId,
} from "./public-key.ts";

function parsed(line: string): PublicKey {
  const key = parsePublicKey(line);
  assert.ok(!("mistake" in key), `${line} ${inspect(key)}`);
  return key;
}

function mistake(line: string): string {
  const key = parsePublicKey(line);
  return "mistake" in key ? key.mistake : assert.fail(`${line} was taken`);
}

test("bytes have one base64: any other text is refused", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.nat(),
      fc.constantFrom("=", "\n", " ", "-", "A"),
      (bytes, where, added) => {
        const text = printBase64(bytes);
        assert.deepEqual(Buffer.from(parseBase64(text) ?? assert.fail()), Buffer.from(bytes));
        const at = where % (text.length + 1);
        const other = text.slice(0, at) + added + text.slice(at);
        const read = parseBase64(other);
        assert.ok(read === undefined || printBase64(read) === other);
      },
    ),
  );
  assert.equal(parseBase64("AB=="), undefined, "bits that say nothing");
});

test("what SSH's binary form says comes back; cut anywhere it is not at its end", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 30 }),
      fc.nat({ max: 2 ** 32 - 1 }),
      fc.nat(),
      (bytes, number, where) => {
        const whole = Buffer.concat([sshString(bytes), sshNumber(number)]);
        const reader = new SshReader(whole);
        assert.deepEqual([reader.string(), reader.number()], [Buffer.from(bytes), number]);
        assert.ok(reader.isAtEnd);
        const cut = new SshReader(whole.subarray(0, where % whole.length));
        cut.string();
        cut.number();
        assert.ok(!cut.isAtEnd && cut.number() === undefined);
      },
    ),
  );
});

test("a public key is one line, of SSH or plain, and one key has one id in both", () => {
  for (const { key } of [plainKey("anna"), securityKey("chris")]) {
    assert.deepEqual(parsed(publicKeyLine(key)), key);
    assert.deepEqual(parsed(`  ${publicKeyLine(key)}\n`), key);
    assert.equal(parseKeyId(key.id), key.id);
    assert.match(key.id, /^SHA256:[A-Za-z0-9+/]{43}$/);
    assert.ok(key.id.startsWith(shortKeyId(key.id)) && shortKeyId(key.id).length === 19);
    assert.deepEqual(keyOfBlob(blobOfKey(key), key.comment), key);
  }
  const { key } = plainKey("anna");
  assert.deepEqual(parsed(`ed25519:${printBase64(key.point)} anna`), key);
  assert.notEqual(securityKey("anna").key.id, key.id, "one point, two types: two keys");
});

test("what is no public key is refused, and a private one is not repeated", () => {
  const { key } = plainKey("anna");
  const line = publicKeyLine(key);
  for (const wrong of [
    "",
    "anna",
    line.slice(0, 40),
    line.replace("ed25519", "rsa"),
    `no-pty ${line}`,
  ]) {
    assert.match(mistake(wrong), /./);
  }
  const longer = printBase64(Buffer.concat([blobOfKey(key), Buffer.of(0)]));
  assert.match(mistake(`ssh-ed25519 ${longer}`), /no Ed25519 key/);
  assert.match(mistake(`${line}${"x".repeat(201)}`), /comment/);
  assert.match(mistake(`${line} \u0007`), /comment/);
  const rsa = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const pem = rsa.export({ type: "pkcs8", format: "pem" }).toString();
  assert.match(mistake(pem), /private one/);
  assert.equal(PrivateKey.parse(pem), undefined);
});

test("a point of small order is no key: a signature of it could be right for every message", () => {
  const points = [
    `01${"00".repeat(31)}`,
    "00".repeat(32),
    `${"00".repeat(31)}80`,
    `ec${"ff".repeat(30)}7f`,
    `ed${"ff".repeat(30)}ff`,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  ];
  for (const point of points) {
    const base64 = Buffer.from(point, "hex").toString("base64");
    assert.match(mistake(`ed25519:${base64}`), /no Ed25519 key/);
  }
});

test("a private key comes back from its file, signs, and cannot be printed", async () => {
  const key = PrivateKey.generate("ops");
  const again = PrivateKey.parse(key.pem(), "ops");
  assert.ok(again !== undefined);
  assert.deepEqual(again.public, key.public);
  const message = Buffer.from("x");
  assert.deepEqual(await again.sign(message), await key.sign(message));
  const seed = key.pem().split("\n")[1] ?? assert.fail();
  for (const shown of [inspect(key, { showHidden: true, depth: 9 }), JSON.stringify(key)]) {
    assert.ok(!shown.includes(seed.slice(-20)));
  }
  for (const wrong of ["", "x", key.pem().slice(0, -30), key.pem().replace("PRIVATE", "PUBLIC")]) {
    assert.equal(PrivateKey.parse(wrong), undefined);
  }
});
