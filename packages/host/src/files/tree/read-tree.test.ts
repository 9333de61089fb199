import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { realClock } from "../../system/real-clock.ts";
import { openFiles } from "../open-files.ts";
import { realFileCalls } from "../real-calls.ts";

test("a name that is not UTF-8 is unknown, and one with the character that stands for it is read", async () => {
  const root = mkdtempSync(join(tmpdir(), "holdfast-tree-"));
  try {
    mkdirSync(join(root, "tree"));
    writeFileSync(Buffer.concat([Buffer.from(join(root, "tree", "caf")), Buffer.of(0xe9)]), "x");
    writeFileSync(join(root, "tree", "real-\uFFFD"), "x");
    writeFileSync(join(root, "tree", "two\uFFFD"), "x");
    writeFileSync(Buffer.concat([Buffer.from(join(root, "tree", "two")), Buffer.of(0xe9)]), "x");
    await using files = openFiles({ calls: realFileCalls, root, clock: realClock });
    const request = { path: "/tree", content: "sha256", maxEntries: 10, maxBytes: 10 } as const;
    const { signal } = new AbortController();
    const found = await files.readTree(request, signal);
    assert.deepEqual(
      found.type === "present" &&
        found.value.entries.map((entry) => [
          entry.path,
          entry.found.type === "unknown" ? entry.found.fault.reason : entry.found.type,
        ]),
      [
        ["caf\uFFFD", "NameNotText"],
        ["real-\uFFFD", "present"],
        ["two\uFFFD", "present"],
        ["two\uFFFD", "NameNotText"],
      ],
    );
    const without = await files.readTree({ ...request, exclude: ["caf?"] }, signal);
    assert.equal(without.type === "present" && without.value.entries[0]?.found.type, "excluded");
  } finally {
    rmSync(root, { recursive: true });
  }
});
