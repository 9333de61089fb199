import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type TestContext, test } from "node:test";
import { createDownloads } from "./downloads.ts";
import { realClock } from "./real-clock.ts";

const never = new AbortController().signal;
const downloads = createDownloads({ clock: realClock });

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return `http://127.0.0.1:${address.port}`;
}

async function fetchUrl(url: string, more = {}, signal = never): Promise<Uint8Array> {
  const limits = { maxBytes: 1_000_000, timeoutMs: 10_000, ...more };
  const chunks = await Array.fromAsync(downloads.stream({ url, ...limits }, signal));
  return new Uint8Array(Buffer.concat(chunks));
}

test("K1: a body comes whole, byte for byte, and not inflated", async (t) => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, n) => (n * 7) % 256);
  const url = await serve(t, (request, response) => {
    assert.equal(request.headers["accept-encoding"], "identity");
    response.end(bytes);
  });
  assert.deepEqual(await fetchUrl(`${url}/file`), bytes);
});

test("K1: a body over the bound is ContentTooLarge, also one without an end", async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === "/exact") {
      response.end("x".repeat(1000));
      return;
    }
    const pour = () => {
      while (response.writable && response.write("x".repeat(1000)));
    };
    response.on("drain", pour);
    pour();
  });
  assert.equal((await fetchUrl(`${url}/exact`, { maxBytes: 1000 })).byteLength, 1000);
  await assert.rejects(fetchUrl(`${url}/exact`, { maxBytes: 999 }), { reason: "ContentTooLarge" });
  await assert.rejects(fetchUrl(`${url}/endless`), { reason: "ContentTooLarge" });
});

test("K1: content that is missing, or does not answer in time, is ContentUnavailable", async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === "/missing") response.writeHead(404).end("no such thing");
    if (request.url === "/half") response.write("half");
  });
  const reason = "ContentUnavailable";
  await assert.rejects(fetchUrl(`${url}/missing`), { reason, message: /404/ });
  await assert.rejects(fetchUrl(`${url}/silent`, { timeoutMs: 50 }), { reason, message: /50 ms/ });
  await assert.rejects(fetchUrl(`${url}/half`, { timeoutMs: 50 }), { reason, message: /50 ms/ });
  await assert.rejects(fetchUrl("http://127.0.0.1:1/"), { reason });
});

test("an aborted download is Aborted", async (t) => {
  const url = await serve(t, () => {});
  const abort = new AbortController();
  const fetching = fetchUrl(`${url}/silent`, {}, abort.signal);
  abort.abort();
  await assert.rejects(fetching, { reason: "Aborted" });
});

test("K1: redirects stay with http and https, and end", async (t) => {
  const targets = new Map([
    ["/twice", "/once"],
    ["/once", "/there"],
    ["/loop", "/loop"],
    ["/file", "file:///etc/passwd"],
    ["/data", "data:text/plain,x"],
  ]);
  const url = await serve(t, (request, response) => {
    const location = targets.get(request.url ?? "");
    if (location === undefined) response.end("there");
    else response.writeHead(302, { location }).end();
  });
  assert.equal(Buffer.from(await fetchUrl(`${url}/twice`)).toString(), "there");
  for (const path of ["/loop", "/file", "/data"]) {
    await assert.rejects(fetchUrl(url + path), {
      reason: "ContentUnavailable",
      message: /redirects/,
    });
  }
  for (const other of ["file:///etc/passwd", "data:,x", "ftp://127.0.0.1/x", "nonsense"]) {
    await assert.rejects(fetchUrl(other), { reason: "ContentUnavailable" }, other);
  }
});

test("B4: a fault does not repeat the user, password or query of a URL", async () => {
  const secret = fetchUrl("http://user:hunter2@127.0.0.1:1/path?token=hunter2");
  await assert.rejects(secret, (error: Error) => {
    assert.doesNotMatch(JSON.stringify(error) + error.message, /hunter2/);
    assert.match(error.message, /127\.0\.0\.1:1\/path/);
    return true;
  });
});
