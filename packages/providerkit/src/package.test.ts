import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const EXAMPLE = /^```ts\n\/\/ (\S+)\n(.*?)^```\n+It prints:\n+```text\n(.*?)^```/ms;

test("README.md: its example prints what it shows", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const [, name = "", program = "", printed] =
    EXAMPLE.exec(readFileSync(join(folder, "README.md"), "utf8")) ?? [];
  const modules = join(directory, "node_modules/@holdfast");
  mkdirSync(modules, { recursive: true });
  for (const each of ["core", "daemonkit", "providerkit"])
    symlinkSync(join(folder, "..", each), join(modules, each));
  writeFileSync(join(directory, name), program);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@holdfast/source", join(directory, name)],
    { cwd: directory, encoding: "utf8", env: { PATH: process.env["PATH"] }, timeout: 60_000 },
  );
  assert.equal(stdout, printed, stderr);
});
