import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { missingForTestHost, TestHost } from "./test-host.ts";
import { putInside } from "./testing/run-inside.ts";

const LAWS = fileURLToPath(new URL("testing/package-laws-inside.ts", import.meta.url));
const AGENT = fileURLToPath(
  new URL("../../packages/host/src/packages/testing/transact-once.ts", import.meta.url),
);
/** Some forty laws with a few transactions each. */
const TIMEOUT_MS = 600_000;
const MOST_SHOWN = 20_000;
const missing = missingForTestHost();

test("K3: the laws of packages hold on a machine of its own, where transactions are units of its systemd", {
  skip: missing ?? false,
  timeout: TIMEOUT_MS,
}, async () => {
  await using host = await TestHost.boot();
  const agent = await putInside(host, "agent", AGENT);
  const laws = await putInside(host, "laws", LAWS);
  const { exitCode, output } = await laws.run([agent.path], TIMEOUT_MS);
  assert.equal(exitCode, 0, output.slice(-MOST_SHOWN));
  assert.match(output, /^(?:#|ℹ) fail 0$/m);
});
