import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { suite, test } from "node:test";
import { parseEndpoint } from "@holdfast/core";
import { createHealthProbes } from "./create-health-probes.ts";
import { realClock } from "../system/real-clock.ts";

const clock = realClock;
const services = { observeMany: () => Promise.reject(new Error("these ask the network only")) };
const probes = createHealthProbes({ clock, services });
const UNSTOPPED = new AbortController().signal;

/** Listens on a free port of the loopback; ends with its connections. */
async function listen(server: Server | TcpServer) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const { port } = address;
  return {
    port,
    async [Symbol.asyncDispose]() {
      if ("closeAllConnections" in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const serve = (answer: RequestListener) => listen(createServer(answer));

async function get(port: number, status?: number, timeoutMs = 5_000): Promise<string> {
  const url = `http://127.0.0.1:${port}/healthz`;
  const outcome = await probes.get({ url, status, timeoutMs }, UNSTOPPED);
  return outcome.type === "passed" ? "passed" : outcome.why;
}

async function dial(port: number, timeoutMs = 5_000): Promise<string> {
  const endpoint = parseEndpoint(`127.0.0.1:${port}`);
  assert.ok(endpoint);
  const outcome = await probes.dial({ endpoint, timeoutMs }, UNSTOPPED);
  return outcome.type === "passed" ? "passed" : outcome.why;
}

suite("K11: health probes over the network", () => {
  test("an open port passes a dial, and a closed one is reported", async () => {
    const server = await listen(createTcpServer((socket) => socket.resume()));
    assert.equal(await dial(server.port), "passed");
    await server[Symbol.asyncDispose]();
    assert.equal(await dial(server.port), "connection refused");
  });

  test("200 to 399 pass, or the one status that is asked for", async () => {
    let status = 200;
    await using server = await serve((_request, response) => response.writeHead(status).end("ok"));
    assert.equal(await get(server.port), "passed");
    assert.equal(await get(server.port, 204), "it answered 200");
    for (status of [204, 304, 399]) assert.equal(await get(server.port), "passed");
    for (status of [400, 404, 503]) {
      assert.equal(await get(server.port), `it answered ${status}`);
      assert.equal(await get(server.port, status), "passed");
    }
  });

  test("a redirect is an answer: nobody is asked where it leads", async () => {
    let asked = 0;
    await using elsewhere = await serve((_request, response) => {
      asked += 1;
      response.end();
    });
    const location = `http://127.0.0.1:${elsewhere.port}/`;
    await using server = await serve((_request, response) =>
      response.writeHead(302, { location }).end(),
    );
    assert.equal(await get(server.port), "passed");
    assert.equal(await get(server.port, 200), "it answered 302");
    assert.equal(asked, 0);
  });

  test("a body without end is cut off, and does not matter", async () => {
    const ended = Promise.withResolvers<void>();
    await using server = await serve((_request, response) => {
      response.once("close", () => ended.resolve());
      response.write(Buffer.alloc(4_194_304));
    });
    assert.equal(await get(server.port), "passed");
    await ended.promise;
  });

  test("a server that accepts and says nothing fails at the deadline", async () => {
    await using server = await listen(createTcpServer((socket) => socket.resume()));
    assert.equal(await get(server.port, undefined, 60), "no answer within 0.06 s");
  });

  test("an answer that is no HTTP is reported, and so is a closed port", async () => {
    const noise = await listen(createTcpServer((socket) => socket.resume().end("SSH-2.0-x\r\n")));
    assert.match(await get(noise.port), /^HPE_|ECONNRESET/);
    await noise[Symbol.asyncDispose]();
    assert.equal(await get(noise.port), "connection refused");
  });

  test("a signal ends it at once, with a fault of its own", async () => {
    await using server = await listen(createTcpServer((socket) => socket.resume()));
    const stop = new AbortController();
    const url = `http://127.0.0.1:${server.port}/`;
    const asking = probes.get({ url, status: undefined, timeoutMs: 60_000 }, stop.signal);
    stop.abort();
    await assert.rejects(asking);
  });
});
