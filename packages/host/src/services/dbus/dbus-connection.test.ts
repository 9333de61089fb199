import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Fault } from "@holdfast/core";
import fc from "fast-check";
import { CallRefused } from "../systemd/systemd-link.ts";
import { DbusConnection } from "./dbus-connection.ts";

const UNSTOPPED = new AbortController().signal;
const PING = {
  destination: "org.freedesktop.systemd1",
  path: "/org/freedesktop/systemd1",
  interface: "org.freedesktop.DBus.Peer",
  member: "Ping",
};
/** What a peer says when a client has said who it is. */
const WELCOME = "OK 0123456789abcdef0123456789abcdef\r\n";

/** Somebody at the other end of a socket. */
interface Peer extends AsyncDisposable {
  readonly socket: string;
  readonly server: Server;
  /** Connections that are open. */
  readonly connections: ReadonlySet<Socket>;
}

/** A peer that lets everybody in, and does this with what comes after that. */
async function openPeer(answer: (connection: Socket, message: Buffer) => void): Promise<Peer> {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-dbus-"));
  const socket = join(directory, "socket");
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on("error", () => {});
    connection.on("close", () => connections.delete(connection));
    let hasBegun = false;
    connection.on("data", (data) => {
      const text = data.toString("latin1");
      if (text.includes("AUTH")) connection.write(WELCOME);
      const message = hasBegun ? data : data.subarray(behindBegin(text));
      hasBegun ||= text.includes("BEGIN");
      if (hasBegun && message.length > 0) answer(connection, message);
    });
  });
  server.listen(socket);
  await once(server, "listening");
  return {
    socket,
    server,
    connections,
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
      fs.rmSync(directory, { recursive: true });
    },
  };
}

function behindBegin(text: string): number {
  const at = text.indexOf("BEGIN\r\n");
  return at === -1 ? text.length : at + "BEGIN\r\n".length;
}

function open(socket: string, signal = UNSTOPPED): Promise<DbusConnection> {
  return DbusConnection.open({ socket, sink: () => {} }, signal);
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Fault, `expected a fault, got ${String(thrown)}`);
  return thrown;
}

suite("K4: a connection to D-Bus", () => {
  test("a socket that is not there, or that nobody serves, is a fault at once", async () => {
    assert.equal((await faultOf(open("/holdfast/no/socket"))).reason, "SystemdUnresponsive");
    const peer = await openPeer(() => {});
    await peer[Symbol.asyncDispose]();
    assert.equal((await faultOf(open(peer.socket))).reason, "SystemdUnresponsive");
  });

  test("a peer that lets nobody in is waited for as long as the signal allows", async () => {
    await using silent = await openPeer(() => {});
    silent.server.removeAllListeners("connection");
    const stop = new AbortController();
    const opening = open(silent.socket, stop.signal);
    await once(silent.server, "connection");
    stop.abort();
    assert.equal((await faultOf(opening)).reason, "Aborted");
  });

  test("a call in flight when the peer goes rejects, and so does every later call", async () => {
    await using peer = await openPeer((connection) => connection.destroy());
    await using connection = await open(peer.socket);
    const calls = await Promise.all(
      [PING, PING].map((call) => faultOf(connection.call(call, UNSTOPPED))),
    );
    assert.deepEqual(
      calls.map(({ reason }) => reason),
      ["SystemdUnresponsive", "SystemdUnresponsive"],
    );
    assert.equal((await connection.ended).reason, "SystemdUnresponsive");
    const late = await faultOf(connection.call(PING, UNSTOPPED));
    assert.equal(late.reason, "SystemdUnresponsive");
  });

  test("a signal ends a call that is not answered, and leaves the connection", async () => {
    await using peer = await openPeer(() => {});
    await using connection = await open(peer.socket);
    const stop = new AbortController();
    const calling = faultOf(connection.call(PING, stop.signal));
    stop.abort();
    assert.equal((await calling).reason, "Aborted");
    assert.equal(peer.connections.size, 1);
  });

  test("noise ends the connection and never the process", async () => {
    const noise = fc.uint8Array({ minLength: 16, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(noise, async (bytes) => {
        await using peer = await openPeer((connection) => connection.end(bytes));
        await using connection = await open(peer.socket);
        const thrown: unknown = await connection
          .call(PING, UNSTOPPED)
          .catch((error: unknown) => error);
        assert.ok(thrown instanceof Fault || thrown instanceof CallRefused, String(thrown));
      }),
      { numRuns: 30 },
    );
  });

  test("a message that says it is longer than any answer ends the connection before it is read", async () => {
    const header = Buffer.from("6c02010100000000010000000000000000", "hex").subarray(0, 16);
    header.writeUInt32LE(64 * 1024 * 1024, 4);
    await using peer = await openPeer((connection) => connection.write(header));
    await using connection = await open(peer.socket);
    const fault = await faultOf(connection.call(PING, UNSTOPPED));
    assert.match(fault.message, /maximum size/);
  });

  test("disposing twice is harmless, and nothing stays open", async () => {
    await using peer = await openPeer(() => {});
    const connection = await open(peer.socket);
    await connection[Symbol.asyncDispose]();
    await connection[Symbol.asyncDispose]();
    while (peer.connections.size > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
