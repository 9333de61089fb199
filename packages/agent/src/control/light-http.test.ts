import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

test("control: neither serving the socket nor asking loads fetch, WebSocket or HTTP/2", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-light-http-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const socketPath = join(directory, "s", "control.sock");
  // A process of its own: the test runner loads more than that.
  const program = `
    const { startControlPlane } = await import(${JSON.stringify(import.meta.resolve("@holdfast/daemonkit"))});
    const { createControlClient } = await import(${JSON.stringify(import.meta.resolve("./client.ts"))});
    const socketPath = ${JSON.stringify(socketPath)};
    const plane = await startControlPlane({ socketPath, status: () => ({ is: "well" }) });
    const client = createControlClient({ socketPaths: [socketPath] });
    const answer = await client.ask({ method: "GET", path: "/status" }, new AbortController().signal);
    await plane[Symbol.asyncDispose]();
    const heavy = process.moduleLoadList.filter((name) => /undici|http2/.test(name));
    console.log(JSON.stringify({ answer, heavy }));`;
  const args = ["--conditions=@holdfast/source", "--input-type=module", "-e", program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.deepEqual(JSON.parse(stdout || "null"), { answer: { is: "well" }, heavy: [] }, stderr);
});
