import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import { Scratch, Serving } from "./command.ts";

const NET = "etc/net.conf";

/** A machine with a file that is to be changed, and the manifest that says so. */
function declared(scratch: Scratch, guard: string): string {
  fs.mkdirSync(scratch.at("etc"));
  fs.writeFileSync(scratch.at(NET), "old\n");
  const spec = `spec: { content: "new\\n" }, meta: { mayCutControl: ${guard} }`;
  return scratch.manifest([`{ kind: file, name: /${NET}, ${spec} }`]);
}

function content(scratch: Scratch): string {
  return fs.readFileSync(scratch.at(NET), "utf8");
}

test("design §4: a change that may cut control and that nobody confirms is put back, and is not made again until somebody says so", () => {
  using scratch = new Scratch();
  const name = declared(scratch, "{ withinMs: 1000 }");
  const { code, output } = scratch.run("apply", [name]);
  assert.equal(code, 4, output);
  assert.match(output, /holdfast confirm [0-9a-f]{16}/);
  assert.match(output, /was put back to what it was before: nobody confirmed it in time/);
  assert.equal(content(scratch), "old\n");
  assert.equal(scratch.run("resume", [`file:/${NET}`]).code, 0);
  const json = scratch.run("apply", [name, "--out", "json"]);
  assert.match(json.output, /"reason":"NotConfirmed".*holdfast confirm [0-9a-f]{16}/);
  const report: unknown = JSON.parse(json.stdout);
  assert.ok(report instanceof Object && "summary" in report, "its own output is one value");
  const again = scratch.run("apply", [name]);
  assert.match(again.output, /waiting: hold: [0-9a-f]{16} was reverted/);
  assert.equal(content(scratch), "old\n");
  assert.equal(scratch.run("resume", [`file:/${NET}`]).code, 0);
  assert.equal(scratch.run("resume", [`file:/${NET}`]).code, 11, "it is not held any more");
  assert.equal(scratch.run("confirm").code, 11, "nothing waits");
});

test("design §4: a health check that reaches the other side confirms a change by itself", async (t) => {
  using scratch = new Scratch();
  const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert(typeof address === "object" && address !== null);
  const check = `{ tcp: "127.0.0.1:${address.port}" }`;
  const name = declared(scratch, `{ withinMs: 60000, check: ${check} }`);
  const child = spawn("/bin/sh", ["-c", `exec ${scratch.shell(["apply", name])}`], {
    cwd: scratch.directory,
    stdio: "ignore",
  });
  t.after(() => child.kill("SIGKILL"));
  await once(child, "exit");
  server.close();
  assert.equal(child.exitCode, 0);
  assert.equal(content(scratch), "new\n");
  assert.equal(scratch.run("apply", [name]).code, 0);
});

for (const [how, confirms] of [
  ["a person's word", true],
  ["a kill", false],
] as const) {
  test(`design §4: ${how} while an apply waits ${confirms ? "keeps what was changed" : "has the next start put it back"}`, async (t) => {
    using scratch = new Scratch();
    const name = declared(scratch, "true");
    const child = spawn("/bin/sh", ["-c", `exec ${scratch.shell(["apply", name])}`], {
      cwd: scratch.directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(() => child.kill("SIGKILL"));
    child.stdout.setEncoding("utf8");
    let said = "";
    while (!/changed, \d+/.test(said)) {
      const chunks: unknown = await once(child.stdout, "data");
      said += String(chunks);
    }
    const exited = once(child, "exit");
    assert.equal(content(scratch), "new\n");
    if (!confirms) child.kill("SIGKILL");
    else assert.equal(scratch.run("confirm").code, 0);
    await exited;
    const { output } = scratch.run("apply", [name]);
    assert.equal(content(scratch), confirms ? "new\n" : "old\n", output);
  });
}

test("design §4: what is put back while other work goes on ends that first: what was not begun is not done", () => {
  using scratch = new Scratch();
  fs.mkdirSync(scratch.at("etc"));
  fs.writeFileSync(scratch.at(NET), "old\n");
  const guard = "meta: { mayCutControl: { withinMs: 1000 } }";
  const meta = `meta: { dependsOn: ["file:/${NET}"] }`;
  const name = scratch.manifest([
    `{ kind: file, name: /${NET}, spec: { content: "new\\n" }, ${guard} }`,
    `{ kind: exec, name: slow, spec: { command: [/bin/sleep, "2"], idempotencyKey: "k" }, ${meta} }`,
    '{ kind: file, name: /after, spec: { content: "x" }, meta: { dependsOn: ["exec:slow"] } }',
  ]);
  const { code, output } = scratch.run("apply", [name, "--root-exec"]);
  assert.equal(code, 3, output);
  assert.equal(content(scratch), "old\n");
  assert(!fs.existsSync(scratch.at("after")), output);
});

test("design §4: beside an agent that serves a change is confirmed or put back, and the status says which", async () => {
  using scratch = new Scratch();
  const name = declared(scratch, "{ withinMs: 3000 }");
  await using serving = new Serving(scratch, [name]);
  await serving.event({ type: "watching" });
  await serving.event({ type: "result", status: "skipped" });
  assert.equal(content(scratch), "old\n");
  assert.match(scratch.run("status").output, /held until a new generation or a resume/);
  assert.equal(scratch.run("resume", [`file:/${NET}`]).code, 0);
  const held = serving.events.findLastIndex(({ status }) => status === "skipped");
  await serving.event({ type: "result", status: "changed" }, held);
  assert.match(scratch.run("confirm").output, /confirmed: [0-9a-f]{16} of file:\/etc\/net.conf/);
  assert.equal(content(scratch), "new\n");
  const confirmed = await serving.event({ type: "ordered", order: "confirm" });
  assert.equal(confirmed["id"], `file:/${NET}`);
  assert.match(
    scratch.run("history", [`file:/${NET}`]).output,
    /asked for by .*, confirm, [0-9a-f]{16}/,
  );
});

test("design §4: what could not be put back is refused before anything is done", () => {
  using scratch = new Scratch();
  const spec = 'spec: { command: [/bin/touch, /tmp/never], idempotencyKey: "k" }';
  const meta = "meta: { mayCutControl: true }";
  const name = scratch.manifest([`{ kind: exec, name: cut, ${spec}, ${meta} }`]);
  const { code, output } = scratch.run("apply", [name, "--root-exec"]);
  assert.equal(code, 4, output);
  assert.match(output, /UndoRefused: exec:cut may cut off control and could not be put back/);
  assert(!fs.existsSync("/tmp/never"));
});
