import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The first code block of a language in README.md. */
export function blockOfReadme(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(readme);
  return found?.[1] ?? assert.fail(`README.md has no block of ${language}`);
}

/** What README.md shows below a command of holdfast. */
export function shownInReadme(command: string): string {
  const pattern = `^\\$ npx holdfast ${command} .*\\n((?:[^$\`].*\\n)+)`;
  const found = new RegExp(pattern, "m").exec(readme);
  return found?.[1] ?? assert.fail(`README.md does not show ${command}`);
}

/** Output without durations, which differ each time. */
export function withoutDurations(output: string): string {
  return output.replaceAll(/[\d.]+ (?:ms|s)\b/g, "some ms");
}
