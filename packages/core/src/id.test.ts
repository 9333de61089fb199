import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseResourceId, resourceId } from "./id.ts";

const kind = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4}){0,2}$/);

test("what resourceId makes, parseResourceId reads, whatever is in the name", () => {
  fc.assert(
    fc.property(kind, fc.string({ unit: "grapheme", minLength: 1 }), (word, name) => {
      const id = resourceId(word, name);
      assert.equal(parseResourceId(id), id);
    }),
  );
});

test("what has no kind, no name or no kind's name before the colon is no id", () => {
  const texts = [
    "nginx",
    "",
    ":",
    ":nginx",
    "package:",
    "Package:nginx",
    "my_kind:x",
    "-a:x",
    "a--b:x",
  ];
  for (const text of texts) assert.equal(parseResourceId(text), undefined, text);
});
