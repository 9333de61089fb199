import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../", import.meta.url));

/** The files that fill a secret into a spec for one call, and those that search published texts for it. */
const RESOLVING = [
  "packages/core/src/check/resolve-spec.ts",
  "packages/core/src/display/redaction.ts",
];

/** Of providers, which have no specs: a digest stands for a secret, and a token is given to its provider. */
const PROVIDERS = ["fields/field.ts", "orchestrate/run-provider.ts"].map(
  (file) => `packages/providerkit/src/${file}`,
);

/** Where the hash of a password is given to the program that writes it. */
const WRITING = ["packages/host/src/accounts/tools/account-system.ts"];

test("B4: a secret is resolved in two places, in those of providers, and nowhere else", () => {
  assert.deepEqual(filesWith(/\.plainText\b/), [...RESOLVING, ...PROVIDERS]);
});

test("B4: the hash of a password is taken out in one place, and nowhere else", () => {
  assert.deepEqual(filesWith(/\.shadowField\b/), WRITING);
});

function filesWith(pattern: RegExp): readonly string[] {
  const files = globSync(["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"], {
    cwd: repository,
    exclude: (path) => path.endsWith(".test.ts"),
  });
  assert.ok(files.length > 100);
  // What stands for a system in tests takes a secret as that would.
  return files
    .filter((file) => !file.includes("/src/testing/"))
    .filter((file) => pattern.test(readFileSync(`${repository}${file}`, "utf8")))
    .toSorted();
}
