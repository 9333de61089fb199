import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { test } from "node:test";
import { isRoot, type Json, readJson, Scratch, Serving } from "./command.ts";

const GUARD = '[/bin/sh, -c, "test -e $HOLDFAST_ROOT/flag"]';
const RESOURCES = [
  '{ kind: directory, name: /d, spec: { mode: "0755" } }',
  '{ kind: file, name: /d/a, spec: { content: "hush\\n", mode: "0600" } }',
  `{ kind: exec, name: flag, spec: { command: [/bin/sh, -c, "touch $HOLDFAST_ROOT/flag"], unless: ${GUARD} } }`,
];

test("M8: status while serving, through a socket of mode 0600 in a directory of mode 0750", async () => {
  using scratch = new Scratch();
  const broken = '{ kind: file, name: /missing/x, spec: { content: "x" } }';
  await using serving = await Serving.start(scratch, [...RESOURCES, broken]);
  assert.equal(fs.statSync(socketOf(scratch)).mode & 0o7777, 0o600);
  assert.equal(fs.statSync(scratch.at("run/holdfast")).mode & 0o7777, 0o750);
  const { code, value } = scratch.json("status");
  assert.equal(code, 3, "some failed");
  const agent = Object(value["agent"]) as Json;
  assert.equal(agent["pid"], serving.child.pid);
  assert.deepEqual([agent["generation"], agent["observedGeneration"]], [1, 1]);
  assert.deepEqual(agent["statuses"], { Ready: 3, Failed: 1 });
  assert.deepEqual(agent["compliance"], { compliant: 3, converging: 1 });
  assert.deepEqual(agent["degraded"], []);
  const { output } = scratch.run("status", ["--out", "serial"]);
  const [, first = ""] = output.split("\n");
  assert.match(first, /^Failed +file:\/missing\/x +\S/, "what is not ready comes first");
  assert.match(output, /\nStatus: 1 failed, 3 ready\.\n$/);
  await serving.end("SIGTERM");
  assert.equal(fs.existsSync(socketOf(scratch)), false);
});

test("M8: the readers' group may ask, the operators' group may act too, and nobody else may connect", {
  skip: !isRoot && "only root can become somebody else",
}, async () => {
  using scratch = new Scratch();
  const name = scratch.manifest(RESOURCES);
  const groups = ["--readers", "12345", "--operators", "12346"];
  await using serving = new Serving(scratch, [name, "--root-exec", ...groups]);
  await serving.event({ type: "watching" });
  const { gid, mode } = fs.statSync(socketOf(scratch));
  assert.deepEqual([gid, mode & 0o7777], [12_345, 0o660]);
  const askAs = (gids: readonly number[], method: string, path: string): string => {
    const script = `
      process.setgroups(${JSON.stringify(gids)}); process.setgid(65534); process.setuid(65534);
      const asked = require("node:http").request({ socketPath: "control.sock", method: "${method}", path: "${path}" });
      asked.on("response", (answer) => process.stdout.write(String(answer.resume().statusCode)));
      asked.on("error", ({ code }) => process.stdout.write(code)).end();`;
    // Whoever stands in the directory needs no right to the ones above it.
    const cwd = scratch.at("run/holdfast");
    return spawnSync(process.execPath, ["-e", script], { cwd, encoding: "utf8" }).stdout;
  };
  assert.equal(askAs([12_345], "GET", "/resources"), "200");
  assert.equal(askAs([12_345], "POST", "/pause"), "403");
  assert.equal(askAs([12_345, 12_346], "POST", "/pause"), "200");
  assert.equal(askAs([], "GET", "/health"), "EACCES");
  assert.match(
    scratch.run("serve", [name, "--readers", "no-such-group"]).output,
    /--readers: there is no group "no-such-group"/,
  );
});

test("control: health, single resources, unknown paths and unknown ids", async () => {
  using scratch = new Scratch();
  await using _serving = await Serving.start(scratch, RESOURCES);
  assert.deepEqual(await answer(scratch, "GET", "/health"), [200, { status: "ok" }]);
  const [code, file] = await answer(
    scratch,
    "GET",
    `/resources/${encodeURIComponent("file:/d/a")}`,
  );
  assert.equal(code, 200);
  assert.equal(file["id"], "file:/d/a");
  assert.equal((Object(file["view"]) as Json)["compliance"], "compliant");
  for (const [method, path, status, reason] of [
    ["GET", "/resources/file%3A%2Fother", 404, "NotFound"],
    ["POST", "/reconcile/file%3A%2Fother", 404, "NotFound"],
    ["GET", "/other", 404, "NotFound"],
    ["DELETE", "/reconcile", 405, "MethodNotAllowed"],
  ] as const) {
    const [got, { error }] = await answer(scratch, method, path);
    const fault = Object(error) as Json;
    assert.deepEqual([got, fault["reason"]], [status, reason], path);
    assert.equal(typeof fault["resolution"], "string");
  }
});

test("control: a repaired drift is among the events, again with Last-Event-ID, and nothing private is", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, RESOURCES);
  const since = serving.events.length;
  fs.writeFileSync(scratch.at("d/a"), "tampered\n");
  await serving.event({ type: "result", id: "file:/d/a", status: "changed" }, since);
  const [, { events }] = await answer(scratch, "GET", "/events/kept");
  const kept = Array.isArray(events) ? (events as readonly Json[]) : [];
  const at = kept.findIndex(({ type }) => type === "drift");
  assert.ok(at > 0, JSON.stringify(kept));
  const replay = await stream(scratch, String(kept[at - 1]?.["id"]), /event: result/);
  assert.match(replay, /event: drift\ndata: .*"id":"file:\/d\/a"/);
  assert.doesNotMatch(replay, /event: (?:gap|watching)/, "no more than what was missed");
  assert.doesNotMatch(JSON.stringify(kept) + replay, /hush|tampered/);
  assert.match(await stream(scratch, "0-1", /event: gap/), /event: gap/);
  const shown = scratch.run("events", ["--out", "serial"]).stdout;
  assert.match(shown, /drift file:\/d\/a .*fields: content/);
});

test("control: events --follow prints new events, and ends well when the agent stops", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, RESOURCES);
  const words = scratch.shell(["events", "--follow", "--out", "json"]);
  const following = spawn("/bin/sh", ["-c", `exec ${words}`], { cwd: scratch.directory });
  const ended = once(following, "close");
  let text = "";
  const signal = AbortSignal.timeout(20_000);
  const said = async (word: string): Promise<void> => {
    while (!text.includes(`"${word}"`)) await once(following.stdout, "data", { signal });
  };
  following.stdout.setEncoding("utf8").on("data", (chunk) => (text += String(chunk)));
  await said("watching");
  fs.writeFileSync(scratch.at("d/a"), "tampered\n");
  await said("drift");
  await serving.end("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
  const types = text
    .trim()
    .split("\n")
    .map((line) => readJson(line)["type"])
    // Who did it comes when it is found out.
    .filter((type) => type !== "attributed");
  assert.deepEqual(types.slice(-3), ["drift", "result", "stopped"]);
});

test("D3: an unnoticed change is repaired when an operator asks, for one resource and for all", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, RESOURCES);
  for (const args of [["exec:flag"], []]) {
    const since = serving.events.length;
    fs.rmSync(scratch.at("flag"));
    assert.equal(scratch.run("reconcile", args).code, 0);
    const drift = await serving.event({ type: "drift", id: "exec:flag" }, since);
    assert.equal(drift["trigger"], "operator");
    await serving.event({ type: "result", id: "exec:flag", status: "changed" }, since);
    assert.ok(fs.existsSync(scratch.at("flag")));
  }
  assert.equal(scratch.run("reconcile", ["exec:other"]).code, 11);
});

test("D18: a reload with a broken manifest fails, keeps the good one, and status says so until it is mended", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, RESOURCES);
  scratch.source("manifest.yaml", "broken: [");
  const refused = scratch.json("reload");
  assert.equal(refused.code, 1);
  assert.match(JSON.stringify(refused.value), /InputInvalid.*manifest\.yaml:\d+:\d+/);
  await serving.event({ type: "degraded", subject: "source" });
  const { stdout } = scratch.run("status", ["--out", "serial"]);
  assert.match(stdout, /degraded source\n +InputInvalid: /);
  assert.match(stdout, /Status: 3 ready/);
  scratch.manifest([...RESOURCES, "{ kind: file, name: /d/new, spec: { content: x } }"]);
  const { code, value } = scratch.json("reload");
  assert.deepEqual([code, value["resources"], value["generation"]], [0, 4, 2]);
  assert.doesNotMatch(scratch.run("status", ["--out", "serial"]).stdout, /degraded/);
});

test("M8: a second agent on the root is refused, and the first keeps its socket", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, RESOURCES);
  const { code, output } = scratch.run("serve", ["manifest.yaml", "--out", "serial"]);
  assert.equal(code, 1);
  assert.match(output, /AgentRunning/);
  const [, status] = await answer(scratch, "GET", "/status");
  assert.equal(status["pid"], serving.child.pid);
});

test("M8: the socket of an agent that was killed is taken over", async () => {
  using scratch = new Scratch();
  await using killed = await Serving.start(scratch, RESOURCES);
  await killed.end("SIGKILL");
  assert.ok(fs.existsSync(socketOf(scratch)));
  await using serving = await Serving.start(scratch, RESOURCES);
  const [, status] = await answer(scratch, "GET", "/status");
  assert.equal(status["pid"], serving.child.pid);
});

test("control: a socket that cannot be served is reported, and the agent serves without it", async () => {
  using scratch = new Scratch();
  fs.mkdirSync(socketOf(scratch), { recursive: true });
  fs.chmodSync(scratch.at("run/holdfast"), 0o750);
  await using serving = await Serving.start(scratch, RESOURCES);
  const degraded = await serving.event({ type: "degraded", subject: "control" });
  assert.match(JSON.stringify(degraded["fault"]), /ControlUnavailable.*PathUnsafe/);
});

test("control: under a root whose path is too long for a socket, the agent says so and serves without it", () => {
  using scratch = new Scratch();
  const name = scratch.manifest(RESOURCES.slice(0, 2));
  const root = scratch.at("x".repeat(100));
  fs.mkdirSync(root);
  const words = scratch.shell(["serve", name, "--timeout", "100ms", "--out", "serial"]);
  const { status, stdout } = spawnSync("/bin/sh", ["-c", `${words} --root '${root}'`], {
    cwd: scratch.directory,
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /degraded control\n +ControlUnavailable: .*too long.*\n +→ .*103 bytes/);
  assert.match(stdout, /watching 2 resources/);
  assert.equal(fs.readFileSync(`${root}/d/a`, "utf8"), "hush\n");
});

test("control: without an agent every command says that none serves this root, and what to do", () => {
  using scratch = new Scratch();
  for (const args of [["status"], ["reconcile"], ["reload"], ["events", "--follow"]]) {
    const [command = "", ...rest] = args;
    const { code, value } = scratch.json(command, rest);
    const fault = Object(value["error"]) as Json;
    assert.deepEqual([code, fault["reason"]], [1, "AgentNotRunning"], command);
    assert.match(String(fault["resolution"]), /holdfast serve/);
  }
});

function socketOf(scratch: Scratch): string {
  return scratch.at("run/holdfast/control.sock");
}

async function answer(
  scratch: Scratch,
  method: string,
  path: string,
  body?: string,
): Promise<[number, Json]> {
  const response = await send(scratch, { method, path }, body);
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
  return [response.statusCode ?? 0, readJson(text)];
}

/** What a client that comes back with this id is sent, until it has this form. */
async function stream(scratch: Scratch, lastId: string, enough: RegExp): Promise<string> {
  const headers = { "last-event-id": lastId };
  const response = await send(scratch, { method: "GET", path: "/events", headers });
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) {
    text += String(chunk);
    if (enough.test(text)) break;
  }
  return text;
}

async function send(
  scratch: Scratch,
  options: { method: string; path: string; headers?: Record<string, string> },
  body?: string,
): Promise<IncomingMessage> {
  const asked = request({ socketPath: socketOf(scratch), agent: false, ...options }).end(body);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return response;
}

test("M8: an agent whose socket is not served is not taken for none", async () => {
  using scratch = new Scratch();
  fs.mkdirSync(scratch.at("run/holdfast"), { recursive: true, mode: 0o750 });
  fs.writeFileSync(socketOf(scratch), "in the way");
  await using serving = await Serving.start(scratch, RESOURCES.slice(0, 2));
  const expected = new RegExp(`ControlUnavailable: the process ${serving.child.pid} looks after`);
  for (const command of ["status", "reload", "pause", "apply"]) {
    const { code, output } = scratch.run(command, ["--out", "serial"]);
    assert.equal(code, 1);
    assert.match(output, expected, command);
  }
  assert.match(scratch.run("events").output, /watching/, "the log can be read");
  assert.equal(await serving.end("SIGTERM"), 0);
  assert.match(scratch.run("status").output, /AgentNotRunning/);
});

test("M8: an order that says what nobody knows is refused, and nothing is done", async () => {
  using scratch = new Scratch();
  await using _serving = await Serving.start(scratch, RESOURCES);
  for (const [path, body] of [
    ["/apply?onyl=file:/d/a", undefined],
    ["/apply?dependencies=perhaps&only=file", undefined],
    ["/apply", { only: ["file:/d/a"] }],
    ["/pause", { raeson: "kernel" }],
    ["/pause?reason=kernel", undefined],
    ["/reconcile?id=file:/d/a", undefined],
  ] as const) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const [status, { error }] = await answer(scratch, "POST", path, text);
    assert.deepEqual([status, (Object(error) as Json)["reason"]], [400, "InputInvalid"], path);
  }
  const { value } = scratch.json("status");
  assert.equal((Object(value["agent"]) as Json)["paused"], undefined);
});
