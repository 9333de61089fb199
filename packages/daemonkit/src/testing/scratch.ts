import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A private directory that goes when the test ends. */
export function makeScratch(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dk-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
