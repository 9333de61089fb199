import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLocation } from "../fault/diagnostic.ts";
import { readSecretsDocument } from "./secrets-document.ts";

function read(text: string, format: "yaml" | "json" = "yaml") {
  const { value, diagnostics } = readSecretsDocument({ file: "s", text, format });
  const published = diagnostics.map(
    ({ location, detail }) => `${formatLocation(location ?? { file: "" })} ${detail}`,
  );
  return {
    leaves: value?.map(({ path, text: said, start, end }) => [path, said, text.slice(start, end)]),
    published,
  };
}

test("B4: every value of a secrets file has its path, what it says, and the characters that say it", () => {
  const yaml = `# c
db:
  password: "hunter2" # x
  pem: |  # a | b
    AAA
    BBB

  plain: foo bar
flow: { a: 'it''s', b: yes }
last: |+
  q
`;
  assert.deepEqual(read(yaml), {
    published: [],
    leaves: [
      ["db.password", "hunter2", '"hunter2"'],
      ["db.pem", "AAA\nBBB\n", "|  # a | b\n    AAA\n    BBB"],
      ["db.plain", "foo bar", "foo bar"],
      ["flow.a", "it's", "'it''s'"],
      ["flow.b", "yes", "yes"],
      ["last", "q\n", "|+\n  q"],
    ],
  });
  assert.deepEqual(read('{"a": {"b": "x\\n"}}', "json").leaves, [["a.b", "x\n", '"x\\n"']]);
});

test("B4: a value that cannot be replaced in its place is a mistake with its place; no value is in it", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["a: [hunter2]", /s:1:4 A list/],
    ["a: 5\nb: true", /s:1:4 .*quotes.*s:2:4 .*quotes/s],
    ["a: &x hunter2\nb: *x", /s:1:5 .*no anchors/],
    ["a: !!str hunter2", /s:1:4 Take the tag away/],
    ["a.b: hunter2", /s:1:1 The name "a\.b" must be/],
    ["a:\n", /s:1:2 .*quotes/],
    ["hunter2", /one document with a mapping/],
    ["a: hunter2\n---\nb: hunter2", /one document/],
    ['a: "hunter2', /s:1:\d+ It cannot be read there/],
    ["a: hunter2\na: hunter2", /s:2:1 "a" was written before/],
  ];
  for (const [text, expected] of cases) {
    const { leaves, published } = read(text);
    assert.equal(leaves, undefined, text);
    assert.match(published.join("\n"), expected);
    assert.doesNotMatch(published.join("\n"), /hunter2/);
  }
  const { published } = read('{"a": "hunter2" hunter2', "json");
  assert.doesNotMatch(published.join("\n"), /hunter2/);
  assert.match(published.join("\n"), /s:1:\d+ It cannot/);
});
