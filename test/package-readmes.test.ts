import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../packages", import.meta.url));
const EXAMPLE = /^```ts\n\/\/ (\S+)\n(.*?)^```\n+It prints:\n+```text\n(.*?)^```/ms;
/** Packages whose README has a program, and what it imports. */
const IMPORTED = {
  providerkit: ["core", "daemonkit", "providerkit"],
  trust: ["core", "trust"],
};

for (const [name, imported] of Object.entries(IMPORTED)) {
  test(`packages/${name}/README.md: its example prints what it shows`, (t) => {
    const directory = mkdtempSync(join(tmpdir(), "holdfast-test-"));
    t.after(() => rmSync(directory, { recursive: true }));
    const readme = readFileSync(join(packages, name, "README.md"), "utf8");
    const [, file = "", program = "", printed] = EXAMPLE.exec(readme) ?? [];
    const modules = join(directory, "node_modules/@holdfast");
    mkdirSync(modules, { recursive: true });
    for (const each of imported) symlinkSync(join(packages, each), join(modules, each));
    writeFileSync(join(directory, file), program);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--conditions=@holdfast/source", join(directory, file)],
      { cwd: directory, encoding: "utf8", env: { PATH: process.env["PATH"] }, timeout: 60_000 },
    );
    assert.equal(stdout, printed, stderr);
  });
}
