import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { batchesOf } from "../scripts/test/batches.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));

const folder = fc.constantFrom(
  "packages/a/src",
  "packages/providers/b/src/x",
  "apps/c/src",
  "test/d",
  "test",
);
const file = fc.tuple(folder, fc.nat({ max: 20 })).map(([path, n]) => `${path}/n${n}.test.ts`);

suite("npm test", () => {
  test("every file runs once, beside no file of another package; what crosses packages runs alone", () => {
    fc.assert(
      fc.property(fc.uniqueArray(file), (files) => {
        const batches = batchesOf(files);
        assert.deepEqual(batches.flatMap((batch) => batch.files).toSorted(), files.toSorted());
        for (const { files: members } of batches) {
          const owners = new Set(members.map((path) => path.split("/src/")[0]));
          assert.equal(owners.size, 1);
          assert.ok(members.length === 1 || !members[0]?.startsWith("test/"));
        }
      }),
    );
  });

  test("a failure fails the run and is shown at its end; so does a skipped test in CI, and a crash", (t) => {
    const good = 'test("good", () => {});\n';
    const bad = 'test("bad", () => { throw new Error("so bad"); });\n';
    const skipped = 'test("left out", { skip: "why" }, () => {});\n';
    const crash = "process.exit(3);\n";
    const cases: readonly (readonly [string, string, number, RegExp])[] = [
      [good, "true", 0, /ℹ pass 1\n/],
      [good + bad, "false", 1, /ℹ todo 0\n\n\S+ failed\n[^]*✖ bad[^]*so bad/],
      [good + skipped, "false", 0, /ℹ skipped 1\n/],
      [good + skipped, "true", 1, /1 tests were skipped or left to do; none may be here\.\n$/],
      [good + crash, "false", 1, / failed\n/],
    ];
    for (const [text, ci, code, expected] of cases) {
      const { status, stdout } = runTests(t, text, ci);
      assert.match(stdout, expected);
      assert.equal(status, code, stdout);
    }
  });
});

function runTests(t: TestContext, text: string, ci: string) {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-runner-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "a.test.mts");
  writeFileSync(path, `import { test } from "node:test";\n${text}`);
  return spawnSync(process.execPath, ["scripts/test.ts", path], {
    cwd: repository,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], CI: ci },
    timeout: 60_000,
  });
}
