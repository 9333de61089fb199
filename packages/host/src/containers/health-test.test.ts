import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { healthTest } from "./health-test.ts";

const word = fc
  .string({
    maxLength: 8,
    unit: fc.constantFrom(" ", "\t", "\n", "'", '"', "\\", "$", "%", "`", "*", "a", "-", "ä", ";"),
  })
  // A substitution of sh takes closing newlines away; such a word is no part of a command that somebody writes.
  .map((text) => text.replace(/\n+$/, ""));

test("K10: a shell reads the words of a health check as they were written, though Podman has split and joined them", () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
      const [form, ...rest] = healthTest(["printf", "<%s>", ...words], true);
      const line = rest.join(" ").split(/\s+/u).filter(Boolean).join(" ");
      const run = form === "CMD" ? rest : ["sh", "-c", line];
      const { stdout } = spawnSync(run[0] ?? "", run.slice(1), { encoding: "utf8" });
      assert.equal(stdout, words.map((each) => `<${each}>`).join(""));
    }),
    { numRuns: 60 },
  );
  assert.deepEqual(healthTest(["/bin/check", "--all"], true), ["CMD", "/bin/check", "--all"]);
  assert.deepEqual(healthTest(["sh", "-c", "a b"], false), ["CMD", "sh", "-c", "a b"]);
});
