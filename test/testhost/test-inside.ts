import assert from "node:assert/strict";
import { test } from "node:test";
import { missingForTestHost, TestHost } from "./test-host.ts";

/** One file of tests that needs a machine of its own. */
export interface InsideOptions {
  /** What is proved. */
  readonly title: string;
  /** Relative to the repository. Its name does not end in `.test.ts`, so that nobody runs it on this machine. */
  readonly file: string;
  /** Makes the machine ready. Default: it is as it boots. */
  readonly prepare?: (host: TestHost) => void | Promise<void>;
  /** What this machine lacks for it besides. Default: nothing. */
  readonly missing?: string | undefined;
}

/** Beyond this the machine itself is stuck: each test in the file has a limit of its own. */
const LIMIT_MS = 600_000;

/**
 * Registers a test that boots a disposable machine and runs a file of tests inside it. It fails with what they say, and
 * also when none was run or one was skipped: what is not run proves nothing.
 */
export function testInside({ title, file, prepare, ...lacks }: InsideOptions): void {
  const missing = missingForTestHost() ?? lacks.missing;
  test(title, { skip: missing ?? false, timeout: LIMIT_MS }, async () => {
    await using host = await TestHost.boot("node");
    await prepare?.(host);
    const { code, output } = await host.runTests(file);
    assert.equal(code, 0, `inside the machine:\n${failuresOf(output)}`);
    assert.ok(count(output, "pass") > 0, `no test was run inside the machine:\n${output}`);
    assert.equal(count(output, "skipped") + count(output, "todo"), 0, output);
  });
}

/** What the runner repeats at its end; everything where it did not come that far. */
function failuresOf(output: string): string {
  const at = output.lastIndexOf("failing tests:");
  return at === -1 ? output : output.slice(at);
}

/** The figure that the summary gives for a word, e.g. `skipped 0`. */
function count(output: string, word: string): number {
  return Number(new RegExp(`ℹ ${word} (\\d+)`).exec(output)?.[1] ?? 0);
}
