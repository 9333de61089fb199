import assert from "node:assert/strict";
import { test } from "node:test";
import type { Diagnosed } from "@holdfast/core";
import fc from "fast-check";
import { decryptSecrets, encryptSecrets, rekeySecrets } from "./rewrite-secrets.ts";
import { decryptAll, parseSecretsFile, type SecretsFile } from "./secrets-file.ts";
import { SecretsKey } from "./secrets-key.ts";

const YAML = `# ours; keep
db:   # of the app
  password: hunter2-hunter2   # say nothing
  pem: |
    -----BEGIN KEY-----
    AAAABBBB

    CCCC
    -----END KEY-----

  folded: >-
    one two
    three
flow: { a: 'it''s', "b": "tab\\there" }
# the end
`;
const SAID = {
  "db.password": "hunter2-hunter2",
  "db.pem": "-----BEGIN KEY-----\nAAAABBBB\n\nCCCC\n-----END KEY-----\n",
  "db.folded": "one two three",
  "flow.a": "it's",
  "flow.b": "tab\there",
};

function key(): SecretsKey {
  const made = SecretsKey.parse(SecretsKey.generate());
  assert.ok(made !== undefined);
  return made;
}

function right<T>({ value, diagnostics }: Diagnosed<T>): T {
  assert.ok(value !== undefined, JSON.stringify(diagnostics));
  return value;
}

function parse(text: string, name = "s.yaml"): SecretsFile {
  return right(parseSecretsFile(name, text));
}

function texts(text: string, own: SecretsKey, name?: string): Readonly<Record<string, string>> {
  return Object.fromEntries(right(decryptAll(parse(text, name), own)));
}

test("B4: encrypting changes values only: comments, names and order stay; a second time changes nothing", () => {
  const own = key();
  const { text, encrypted } = right(encryptSecrets(parse(YAML), own));
  assert.deepEqual(encrypted, Object.keys(SAID));
  assert.deepEqual(texts(text, own), SAID);
  assert.equal(
    text.replaceAll(/"ENC\[AES256:[^\]]+\]"/g, "X"),
    '# ours; keep\ndb:   # of the app\n  password: X   # say nothing\n  pem: X\n\n  folded: X\nflow: { a: X, "b": X }\n# the end\n',
  );
  assert.deepEqual(right(encryptSecrets(parse(text), own)), { text, encrypted: [] });
  const json = right(encryptSecrets(parse('{ "a": {"b": "four"} }\n', "s.json"), own)).text;
  assert.match(json, /^\{ "a": \{"b": "ENC\[AES256:[^\]]+\]"\} \}\n$/);
});

test("B4: in clear for an editor, what has several lines has several lines; saved unchanged nothing changes", () => {
  const own = key();
  const encrypted = parse(right(encryptSecrets(parse(YAML), own)).text);
  const plain = right(decryptSecrets(encrypted, own));
  assert.match(plain, /\n {2}pem: \|\n {4}-----BEGIN KEY-----\n {4}AAAABBBB\n\n {4}CCCC\n/);
  assert.deepEqual(right(encryptSecrets(parse(plain), own, encrypted)), {
    text: encrypted.text,
    encrypted: [],
  });
  const edited = plain.replace("hunter2-hunter2", "another").replace("# the end", "new: secret");
  const { text, encrypted: anew } = right(encryptSecrets(parse(edited), own, encrypted));
  assert.deepEqual(anew, ["db.password", "new"]);
  assert.deepEqual(texts(text, own), { ...SAID, "db.password": "another", new: "secret" });
  for (const path of ["db.pem", "flow.a"]) {
    const token = encrypted.leaves.find((leaf) => leaf.path === path)?.text ?? "?";
    assert.ok(text.includes(token), "what says the same is the same to the letter");
  }
});

test("B4: another key: every value is encrypted anew and says what it said", () => {
  const [old, own] = [key(), key()];
  const encrypted = parse(right(encryptSecrets(parse(YAML), old)).text);
  const { text } = right(rekeySecrets(encrypted, old, own));
  assert.deepEqual(texts(text, own), SAID);
  assert.equal(decryptAll(parse(text), old).value, undefined);
  assert.equal(rekeySecrets(encrypted, own, old).value, undefined, "with the wrong key nothing");
});

test("B4: all texts survive encrypting, editing and another key, in YAML and in JSON", () => {
  const [own, other] = [key(), key()];
  const anySecret = fc
    .string({ unit: "binary", minLength: 4, maxLength: 60 })
    .filter((text) => text.isWellFormed() && !text.startsWith("ENC["));
  const anyLines = fc
    .array(fc.string({ maxLength: 12 }), { minLength: 2, maxLength: 6 })
    .map((lines) => `x${lines.join("\n")}end`);
  const anySecrets = fc.dictionary(
    fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/),
    fc.oneof(
      anySecret,
      anyLines,
      anyLines.map((text) => `${text}\n`),
    ),
    { minKeys: 1, maxKeys: 5 },
  );
  fc.assert(
    fc.property(anySecrets, fc.constantFrom("s.yaml", "s.json"), (secrets, name) => {
      const nested = { top: secrets };
      const said = Object.fromEntries(
        Object.entries(secrets).map(([field, text]) => [`top.${field}`, text]),
      );
      const token = (path: string) => own.encrypt(path, said[path] ?? "");
      const written =
        name === "s.json"
          ? JSON.stringify(
              Object.fromEntries([
                [
                  "top",
                  Object.fromEntries(
                    Object.keys(nested.top).map((field) => [field, token(`top.${field}`)]),
                  ),
                ],
              ]),
            )
          : `top:\n${Object.keys(said)
              .map((path) => `  ${path.slice(4)}: ${token(path)}\n`)
              .join("")}`;
      const file = parse(written, name);
      assert.deepEqual(texts(file.text, own, name), said);
      const plain = right(decryptSecrets(file, own));
      const again = right(encryptSecrets(parse(plain, name), own));
      assert.deepEqual(texts(again.text, own, name), said);
      assert.deepEqual(texts(right(rekeySecrets(file, own, other)).text, other, name), said);
    }),
  );
});

test("B4: a value that is empty, short, cut off, moved or in clear is a mistake with file, line, column and name", () => {
  const own = key();
  const token = own.encrypt("a", "hunter2");
  const cases: readonly (readonly [string, RegExp, "encrypt" | "decrypt"])[] = [
    ["a: ''", /1:4 secret a: Secret too short/, "encrypt"],
    ["a: abc", /1:4 secret a: Secret too short/, "encrypt"],
    [`b: "${token}"`, /1:4 secret b: Wrong encrypted value: .*moved/, "encrypt"],
    [`a: "${token.slice(0, -6)}]"`, /1:4 secret a: Wrong encrypted value/, "encrypt"],
    [`a: "${token.slice(0, -1)}"`, /Wrong encrypted value: .*form/, "encrypt"],
    ["x:\n  a: hunter2", /2:6 secret x\.a: Secret in clear/, "decrypt"],
    [`a: "${own.encrypt("a", "")}"`, /Secret too short/, "decrypt"],
  ];
  for (const [text, expected, how] of cases) {
    const file = parse(text);
    const { value, diagnostics } =
      how === "encrypt" ? encryptSecrets(file, own) : decryptSecrets(file, own);
    assert.equal(value, undefined, text);
    const published = diagnostics.map(
      ({ address, location, summary, detail }) =>
        `${location?.line}:${location?.column} ${address}: ${summary}: ${detail}`,
    );
    assert.match(published.join("\n"), expected);
    assert.doesNotMatch(published.join("\n"), /hunter2/);
  }
});
