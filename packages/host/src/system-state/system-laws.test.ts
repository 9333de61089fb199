import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const INSIDE = fileURLToPath(new URL("testing/laws-inside.ts", import.meta.url));
const LIMIT_MS = 60_000;

/** As root, or as anybody where the kernel lets everybody have a user namespace. */
const namespace = ["--uts", ...(process.geteuid?.() === 0 ? [] : ["--map-root-user"])];
const hasNamespace = spawnSync("unshare", [...namespace, "true"]).status === 0;

test("K9, K10: the laws of the system hold for the real kernel, in a namespace with a name of its own", {
  skip: hasNamespace ? false : "needs a UTS namespace",
}, () => {
  const before = hostname();
  const node = [process.execPath, "--conditions=@holdfast/source", "--test-reporter=tap", INSIDE];
  const { status, stdout, stderr } = spawnSync("unshare", [...namespace, ...node], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
    timeout: LIMIT_MS,
  });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^# pass 5$/m);
  assert.equal(hostname(), before, "the name of this machine is its own affair");
});
