import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import { Scratch, Serving } from "./command.ts";

/** A file with one check, asked often, and a file that depends on it. */
const resources = (check: string) => [
  `{ kind: file, name: /a, spec: { content: "a\\n" }, meta: { health: [{ ${check}, periodMs: 150, failureThreshold: 2 }] } }`,
  '{ kind: file, name: /b, spec: { content: "b\\n" }, meta: { dependsOn: ["file:/a"] } }',
];

test("K11: apply makes what depends on a command only when the command says that it is ready", () => {
  using scratch = new Scratch();
  const flag = scratch.at("flag");
  const name = scratch.manifest(resources(`command: [/usr/bin/test, -e, "${flag}"]`));
  const refused = scratch.run("apply", [name]);
  assert.equal(fs.readFileSync(scratch.at("a"), "utf8"), "a\n");
  assert.equal(fs.existsSync(scratch.at("b")), false);
  assert.match(refused.output, /file:\/b.*blocked by file:\/a, not ready/);
  assert.equal(refused.code, 1);
  const unready = scratch.run("apply", [name, "--root-exec"]);
  assert.equal(fs.existsSync(scratch.at("b")), false);
  assert.equal(unready.code, 1);
  fs.writeFileSync(flag, "");
  assert.equal(scratch.run("apply", [name, "--root-exec"]).code, 2);
  assert.equal(fs.readFileSync(scratch.at("b"), "utf8"), "b\n");
});

test("K11: serve holds dependents back while a port is closed; status and why say so", async () => {
  using scratch = new Scratch();
  const server = createServer((socket) => socket.resume().end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const endpoint = `127.0.0.1:${address.port}`;
  await using serving = new Serving(scratch, [scratch.manifest(resources(`tcp: "${endpoint}"`))]);
  await serving.event({ type: "result", id: "file:/b", status: "changed" });
  await new Promise((resolve) => server.close(resolve));
  await serving.event({ type: "degraded", subject: "health of file:/a" });
  await serving.event({ type: "result", id: "file:/b", status: "skipped" });
  assert.match(
    scratch.run("status").output,
    /file:\/b\s+held back by file:\/a, which is not ready/,
  );
  const why = scratch.run("why", ["file:/b"]).output;
  assert.match(why, /held back by\n.*file:\/a +Ready/);
  assert.ok(why.includes(`readiness tcp ${endpoint}: Unhealthy`), why);
  assert.match(why, /last failure .*: connection refused/);
  server.listen(address.port, "127.0.0.1");
  await serving.event({ type: "recovered", subject: "health of file:/a" });
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await serving.end("SIGTERM"), 0);
});
