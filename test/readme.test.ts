import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Scratch } from "./command/command.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("README: plan and apply of its manifest print what it shows, and its blueprint can be planned", () => {
  using scratch = new Scratch();
  const printed = (command: string, source: string): string =>
    settled(scratch.run(command, [source, "--out", "serial"]).output);
  const manifest = scratch.source("site.yaml", block("yaml"));
  assert.equal(printed("plan", manifest), settled(shown("plan")));
  assert.equal(printed("apply", manifest), settled(shown("apply")));
  assert.match(printed("apply", manifest), /^Applied: 2 in sync/);
  const plan = printed("plan", scratch.source("site.ts", block("ts")));
  assert.match(plan, /^Plan: 1 to create, 1 to update/m);
});

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
