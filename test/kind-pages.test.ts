import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { listStandardKinds } from "@holdfast/resources";
import { kindPages } from "../scripts/kind-reference/kind-pages.ts";

const repository = fileURLToPath(new URL("../", import.meta.url));

for (const [path, text] of Object.entries(kindPages())) {
  test(`${path} says what the kinds say: run npm run kinds`, () => {
    assert.equal(readFileSync(`${repository}${path}`, "utf8"), text);
  });
}

test("each kind has a page of its own and a test of its conformance", () => {
  for (const { kind } of listStandardKinds()) {
    const paths = [
      `docs/guide/kinds/${kind}.md`,
      `packages/resources/src/${kind}/conformance.test.ts`,
    ];
    for (const path of paths) assert.ok(existsSync(`${repository}${path}`), path);
  }
});

test("the guide to secrets lists the fields of each kind that can hold one", () => {
  const rows = listStandardKinds().flatMap(({ kind, secretFields = [] }) => {
    return secretFields.length === 0 ? [] : [`${kind}: ${secretFields.toSorted().join(", ")}`];
  });
  const guide = readFileSync(`${repository}docs/guide/secrets.md`, "utf8");
  const table = guide.slice(guide.indexOf("Fields that can hold secrets:"));
  const lines = table
    .slice(0, table.indexOf("Anywhere else"))
    .matchAll(/^\| `(.*?)` +\| (.*) \|$/gm);
  const listed = [...lines].map(([, kind = "", fields = ""]) => {
    const names = [...fields.matchAll(/`(.*?)`/g)].map(([, name = ""]) => name);
    return `${kind}: ${names.toSorted().join(", ")}`;
  });
  assert.deepEqual(listed.toSorted(), rows.toSorted());
});

test("the guide to kinds writes references to secrets as manifests read them", () => {
  for (const { kind } of listStandardKinds()) {
    const page = readFileSync(`${repository}docs/guide/kinds/${kind}.md`, "utf8");
    assert.doesNotMatch(page, /\{ secret: /, kind);
  }
});
