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
