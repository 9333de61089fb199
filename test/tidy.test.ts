import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadRepository } from "./tidy/repository.ts";
import { formatViolation } from "./tidy/rule.ts";
import { RULES } from "./tidy/rules.ts";

const repository = loadRepository(fileURLToPath(new URL("..", import.meta.url)));

for (const rule of RULES) {
  test(`tidy: ${rule.name}`, () => {
    const violations = rule.check(repository).map(formatViolation);
    if (violations.length > 0) assert.fail(`\n${violations.join("\n")}\n`);
  });
}
