import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CONCEALED, Secret } from "../secret/secret.ts";
import { Concealment } from "./concealment.ts";

const anySecret = fc
  .string({ unit: "grapheme", minLength: 4, maxLength: 40 })
  .filter((text) => text.trim().length >= 4 && text.isWellFormed() && !CONCEALED.includes(text));

function concealing(...secrets: readonly string[]): Concealment {
  const concealment = new Concealment();
  concealment.learn(secrets.map((text) => new Secret(text)));
  return concealment;
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
        const shown = concealing(...secrets)
          .text(text)
          .replaceAll(CONCEALED, "\0");
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
      fc.string({ minLength: 12, maxLength: 40 }).filter((text) => !CONCEALED.includes(text)),
      fc.string({ maxLength: 9 }),
      fc.string({ maxLength: 9 }),
      (secret, before, after) => {
        const encoded = Buffer.from(`${before}${secret}${after}`).toString("base64");
        const shown = concealing(secret).text(`Basic ${encoded}`);
        const left = shown.slice("Basic ".length).split(CONCEALED);
        assert.ok(left.length > 1, shown);
        const longest = Math.max(...left.map((part) => Buffer.from(part, "base64").length));
        assert.ok(longest <= Math.max(before.length, after.length) + 2, shown);
      },
    ),
  );
});

test("B4: what was cut off in the middle of a secret does not tell its beginning", () => {
  fc.assert(
    fc.property(anySecret, fc.nat(40), (secret, length) => {
      const cut = secret.slice(0, Math.min(length, secret.length));
      assert.equal(
        concealing(secret).cutText(`password ${cut}`).includes(`password ${cut}`),
        cut === "",
      );
    }),
  );
});

test("B4: in data a text that was made shorter does not tell the beginning of a secret either", () => {
  const shown = concealing("sesame-opens").json({ command: ["open", "sesame-o…", "rest…"] });
  assert.deepEqual(shown, { command: ["open", `${CONCEALED}…`, "rest…"] });
});

test("B4: overlapping secrets go together, a text without any stays as it is", () => {
  const concealment = concealing("abcdef", "defghi");
  assert.equal(concealment.text("x abcdefghi y abcdef"), `x ${CONCEALED} y ${CONCEALED}`);
  assert.equal(concealment.text("nothing here"), "nothing here");
  assert.equal(new Concealment().text("abcdef"), "abcdef");
});

test("B4: a line of a secret of several lines is one too, but not what every key begins with", () => {
  const concealment = concealing("-----BEGIN KEY-----\nAAAABBBBCCCC\n-----END KEY-----\n");
  assert.equal(concealment.text("read AAAABBBBCCCC"), `read ${CONCEALED}`);
  assert.equal(concealment.text("-----BEGIN KEY-----"), "-----BEGIN KEY-----");
});

test("B4: in data texts are concealed at any depth; in faults and changes only what is said", () => {
  const concealment = concealing("hunter2!");
  assert.deepEqual(concealment.json({ a: ["hunter2!", 1, null, { b: "x hunter2!" }] }), {
    a: [CONCEALED, 1, null, { b: `x ${CONCEALED}` }],
  });
  const fault = {
    reason: "HostFailed",
    message: "hunter2!",
    resolution: "r",
    retry: "never",
  } as const;
  assert.deepEqual(concealment.fault(fault), { ...fault, message: CONCEALED });
  const change = { path: "mode", from: "hunter2!", to: "b", action: "replace" } as const;
  assert.deepEqual(concealment.changes([change]), [{ ...change, from: CONCEALED }]);
});

test("B4: of more than ten thousand secrets the oldest are forgotten", () => {
  const concealment = concealing(...Array.from({ length: 10_001 }, (_, at) => `secret-${at}-x`));
  assert.equal(concealment.text("secret-0-x"), "secret-0-x");
  assert.equal(concealment.text("secret-10000-x"), CONCEALED);
});
