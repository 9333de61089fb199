import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../", import.meta.url));

/** Where a secret is filled into a spec that lives for one call, and where what is told is searched for it. */
const RESOLVING = [
  "packages/core/src/check/resolve-spec.ts",
  "packages/core/src/display/redaction.ts",
];

test("B4: a secret is resolved in two places, and nowhere else", () => {
  const files = globSync(["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"], {
    cwd: repository,
    exclude: (path) => path.endsWith(".test.ts"),
  });
  assert.ok(files.length > 100);
  const resolving = files.filter((file) =>
    /\.plainText\b/.test(readFileSync(`${repository}${file}`, "utf8")),
  );
  assert.deepEqual(resolving.toSorted(), RESOLVING);
});
