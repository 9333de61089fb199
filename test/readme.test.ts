import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(repository, "README.md"), "utf8");

test("README: plan and apply of its manifest print what it shows, and its blueprint can be planned", () => {
  const scratch = mkdtempSync(join(scratchParent(), ".holdfast-readme-"));
  try {
    mkdirSync(join(scratch, "box"));
    writeFileSync(join(scratch, "site.yaml"), block("yaml"));
    writeFileSync(join(scratch, "site.ts"), block("ts"));
    assert.equal(settled(holdfast("plan", "site.yaml", scratch)), settled(shown("plan")));
    assert.equal(settled(holdfast("apply", "site.yaml", scratch)), settled(shown("apply")));
    assert.match(holdfast("apply", "site.yaml", scratch), /^Applied: 2 in sync/);
    assert.match(holdfast("plan", "site.ts", scratch), /^Plan: 1 to create, 1 to update/m);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

/** Root obeys no manifest under a directory that others can write, so for root it is not the usual place. */
function scratchParent(): string {
  return process.geteuid?.() === 0 ? homedir() : tmpdir();
}

/** The first code block of a language. */
function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(readme);
  return found?.[1] ?? assert.fail(`README.md has no block of ${language}`);
}

/** What is shown below a command. */
function shown(command: string): string {
  const found = new RegExp(`^\\$ npx holdfast ${command} .*\\n((?:[^$\`].*\\n)+)`, "m").exec(
    readme,
  );
  return found?.[1] ?? assert.fail(`README.md does not show ${command}`);
}

/** Without durations, which differ each time. */
function settled(output: string): string {
  return output.replaceAll(/[\d.]+ (?:ms|s)\b/g, "some ms");
}

function holdfast(command: string, source: string, directory: string): string {
  const main = join(repository, "apps/holdfast/src/main.ts");
  const args = ["--conditions=source", main, command, source, "--root", "box", "--out", "serial"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: directory,
    encoding: "utf8",
    timeout: 30_000,
  });
  assert.equal(status, 0, stderr + stdout);
  return stdout;
}
