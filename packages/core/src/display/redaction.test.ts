import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { REDACTED, Secret } from "../secret/secret.ts";
import { Redaction } from "./redaction.ts";

const anySecret = fc
  .string({ unit: "grapheme", minLength: 4, maxLength: 40 })
  .filter((text) => text.trim().length >= 4 && text.isWellFormed() && !REDACTED.includes(text));

function redacting(...secrets: readonly string[]): Redaction {
  const redaction = new Redaction();
  redaction.learn(secrets.map((text) => new Secret(text)));
  return redaction;
}

/** Forms in which programs print a text, made by other means than ours. */
const PRINTED: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text),
  (text) => encodeURIComponent(text),
  (text) => Buffer.from(text).toString("base64"),
  (text) => Buffer.from(text).toString("base64url"),
  (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`,
];

test("B4: no form of a secret stays in a text, wherever it stands and however often", () => {
  const anyForm = fc.constantFrom(...PRINTED);
  fc.assert(
    fc.property(
      fc.array(anySecret, { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(3), anyForm, fc.string({ maxLength: 9 }))),
      (secrets, pieces) => {
        const text = pieces
          .map(([at, form, between]) => form(secrets[at % secrets.length] ?? "") + between)
          .join("");
        const shown = redacting(...secrets)
          .text(text)
          .replaceAll(REDACTED, "\0");
        for (const secret of secrets) {
          for (const form of PRINTED) assert.ok(!shown.includes(form(secret)), shown);
        }
      },
    ),
  );
});

test("B4: also inside of something longer that is in base64", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 12, maxLength: 40 }).filter((text) => !REDACTED.includes(text)),
      fc.string({ maxLength: 9 }),
      fc.string({ maxLength: 9 }),
      (secret, before, after) => {
        const encoded = Buffer.from(`${before}${secret}${after}`).toString("base64");
        const shown = redacting(secret).text(`Basic ${encoded}`);
        const left = shown.slice("Basic ".length).split(REDACTED);
        assert.ok(left.length > 1, shown);
        const longest = Math.max(...left.map((part) => Buffer.from(part, "base64").length));
        assert.ok(longest <= Math.max(before.length, after.length) + 2, shown);
      },
    ),
  );
});

test("B4: a text that ends in the middle of a secret does not show its beginning", () => {
  fc.assert(
    fc.property(anySecret, fc.integer({ min: 1, max: 40 }), (secret, length) => {
      const cut = secret.slice(0, length);
      assert.equal(redacting(secret).cutText(`password ${cut}`).includes(`password ${cut}`), false);
    }),
  );
  assert.equal(redacting("hunter2!").cutText("password "), "password ");
});

test("B4: a text that begins in the middle of a secret does not show its end", () => {
  fc.assert(
    fc.property(anySecret, fc.nat(40), (secret, length) => {
      const cut = secret.slice(Math.min(length, secret.length));
      if (cut === secret || cut === "") return;
      const shown = redacting(secret).endOfText(`${cut} is the password`);
      assert.equal(shown.includes(`${cut} is`), false);
    }),
  );
});

test("B4: a shortened text in data does not show the beginning of a secret either", () => {
  const shown = redacting("sesame-opens").json({ command: ["open", "sesame-o…", "rest…"] });
  assert.deepEqual(shown, { command: ["open", `${REDACTED}…`, "rest…"] });
});

test("B4: overlapping secrets go together, a text without any stays as it is", () => {
  const redaction = redacting("abcdef", "defghi");
  assert.equal(redaction.text("x abcdefghi y abcdef"), `x ${REDACTED} y ${REDACTED}`);
  assert.equal(redaction.text("nothing here"), "nothing here");
  assert.equal(new Redaction().text("abcdef"), "abcdef");
});

test("B4: an empty secret is in no text", () => {
  assert.equal(redacting("").text("nothing here"), "nothing here");
});

test("B4: a line of a secret of several lines is one too, but not what every key begins with", () => {
  const redaction = redacting("-----BEGIN KEY-----\nAAAABBBBCCCC\n-----END KEY-----\n");
  assert.equal(redaction.text("read AAAABBBBCCCC"), `read ${REDACTED}`);
  assert.equal(redaction.text("-----BEGIN KEY-----"), "-----BEGIN KEY-----");
});

test("B4: in data texts are redacted at any depth; in faults and changes only what is said", () => {
  const redaction = redacting("hunter2!");
  assert.deepEqual(redaction.json({ a: ["hunter2!", 1, null, { b: "x hunter2!" }] }), {
    a: [REDACTED, 1, null, { b: `x ${REDACTED}` }],
  });
  const fault = {
    reason: "HostFailed",
    message: "hunter2!",
    resolution: "r",
    retry: "never",
  } as const;
  assert.deepEqual(redaction.fault(fault), { ...fault, message: REDACTED });
  const change = { path: "mode", from: "hunter2!", to: "b", action: "replace" } as const;
  assert.deepEqual(redaction.changes([change]), [{ ...change, from: REDACTED }]);
});

test("B4: of more than ten thousand secrets the oldest are forgotten", () => {
  const redaction = redacting(...Array.from({ length: 10_001 }, (_, at) => `secret-${at}-x`));
  assert.equal(redaction.text("secret-0-x"), "secret-0-x");
  assert.equal(redaction.text("secret-10000-x"), REDACTED);
});
