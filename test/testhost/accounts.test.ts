import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { missingForTestHost, NODE, TestHost } from "./test-host.ts";

/** The tools sync every file to the disk, some thousand times in all. */
const PATIENCE_MS = 240_000;
const LAWS = fileURLToPath(new URL("testing/account-laws.ts", import.meta.url));
const missing = missingForTestHost();

test("K6: the laws of accounts hold on a machine with the real tools, processes and name service", {
  skip: missing ?? false,
  timeout: 1.5 * PATIENCE_MS,
}, async () => {
  await using host = await TestHost.boot();
  assert.ok(fs.existsSync(host.at(LAWS)), "the machine is a layer over this one's files");
  const before = host.read("/etc/passwd");
  const node = [NODE, "--conditions=@holdfast/source", "--test-reporter=tap", LAWS];
  const command = ["env", "HOLDFAST_DISPOSABLE_MACHINE=yes", ...node];
  const { code, output } = host.run(command, PATIENCE_MS);
  assert.equal(code, 0, output);
  assert.match(output, /^# pass [3-9]\d$/m);
  assert.equal(host.read("/etc/passwd"), before);
});
