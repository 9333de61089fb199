import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import { createControlClient } from "./client.ts";

const GET = { method: "GET", path: "/status" } as const;

/** A server that answers on a socket, well or not. */
async function answering(respond: RequestListener) {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-client-"));
  const socketPath = join(directory, "control.sock");
  const server = createServer(respond).listen(socketPath);
  await once(server, "listening");
  return {
    socketPath,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      fs.rmSync(directory, { recursive: true });
    },
  };
}

test("the first path with an answer is taken; where none answers, all are named", async () => {
  const { signal } = new AbortController();
  await using agent = await answering((_request, response) => response.end('{"a":1}'));
  const missing = `${agent.socketPath}.missing`;
  const tooLong = `/${"x".repeat(200)}`;
  const client = createControlClient({ socketPaths: [missing, tooLong, agent.socketPath] });
  assert.deepEqual(await client.ask(GET, signal), { a: 1 });
  const lonely = createControlClient({ socketPaths: [missing, tooLong] });
  await assert.rejects(lonely.ask(GET, signal), {
    reason: "AgentNotRunning",
    message: new RegExp(`${missing}.*x{200}`),
  });
});

test("an agent that does not answer, or not as it should, is a fault and never a wait", async () => {
  const { signal } = new AbortController();
  const answers: readonly (readonly [RequestListener, RegExp])[] = [
    [() => {}, /did not answer GET \/status within 0\.05 s/],
    [(_request, response) => response.write("{"), /did not answer/],
    [(_request, response) => response.end("<html>"), /not JSON/],
    [(_request, response) => response.end("[1]"), /no JSON object/],
    [(_request, response) => response.writeHead(500).end("{}"), /status 500/],
    [(request) => request.socket.destroy(), /socket hang up/],
  ];
  for (const [respond, message] of answers) {
    await using agent = await answering(respond);
    const client = createControlClient({ socketPaths: [agent.socketPath], deadlineMs: 50 });
    await assert.rejects(client.ask(GET, signal), { reason: "HostFailed", message });
  }
  await using deaf = await answering(() => {});
  const follower = createControlClient({ socketPaths: [deaf.socketPath], deadlineMs: 50 });
  await assert.rejects(Array.fromAsync(follower.follow(undefined, signal)), {
    reason: "HostFailed",
    message: /did not answer GET \/events within 0\.05 s/,
  });
});

test("a refusal keeps the agent's reason where it is one of ours, and gets one where it is not", async () => {
  const { signal } = new AbortController();
  for (const [sent, reason] of [
    ["NotFound", "NotFound"],
    ["NotPermitted", "NotPrivileged"],
    ["Stopping", "AgentNotRunning"],
    ["SomethingNew", "HostFailed"],
    ["constructor", "HostFailed"],
  ]) {
    const error = { reason: sent, message: "m", resolution: "r" };
    await using agent = await answering((_request, response) =>
      response.writeHead(400).end(JSON.stringify({ error })),
    );
    const client = createControlClient({ socketPaths: [agent.socketPath] });
    await assert.rejects(client.ask(GET, signal), { reason, message: "m", resolution: "r" });
  }
});

test("following ends when the connection breaks, goes on from an id, and heeds its signal", async () => {
  const asked: string[] = [];
  await using agent = await answering((request, response) => {
    asked.push(request.url ?? "");
    response.write("id: 8\nevent: drift\ndata: {}\n\n");
    if (asked.length === 1) setImmediate(() => response.destroy());
  });
  const client = createControlClient({ socketPaths: [agent.socketPath] });
  const stop = new AbortController();
  const first = await Array.fromAsync(client.follow("a 7", stop.signal));
  assert.deepEqual(first, [{ id: "8", type: "drift", data: {} }]);
  assert.deepEqual(asked, ["/events?from=a%207"]);
  const aborted = new Fault({ reason: "Aborted", message: "m", resolution: "r" });
  await assert.rejects(async () => {
    for await (const _event of client.follow(undefined, stop.signal)) stop.abort(aborted);
  }, aborted);
});
