import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import { makeScratch } from "../testing/scratch.ts";
import { servePlane } from "../testing/serve-plane.ts";
import { waitFor } from "../testing/wait-for.ts";
import { immediateTurns } from "./clients/turns.ts";
import { createEventStream, type EventStream, type Replay } from "./event-stream.ts";
import { type Component, eventsReply, jsonReply, type Reply } from "./route.ts";
import { serveEvents } from "./serve-events.ts";

function serving(stream: EventStream): Component {
  const respond = () => eventsReply(stream);
  return { name: "events", routes: [{ method: "GET", path: "", respond }] };
}

suite("server-sent events", () => {
  test("M8: a client gets new events, comes back with its last id, and misses nothing", async (t) => {
    const stream = createEventStream();
    const { plane, socketPath } = await servePlane(t, { components: [serving(stream)] });
    const old = stream.publish({ type: "number", data: 0 });
    const first = await listen(socketPath, {});
    const id = stream.publish({ type: "number", data: 1 });
    await waitFor(() => first.text().includes("data: 1"));
    assert.ok(!first.text().includes("data: 0"), "without an id only what comes");
    first.close();
    stream.publish({ type: "number", data: 2 });
    const again = await listen(socketPath, { "last-event-id": id });
    stream.publish({ type: "number", data: 3 });
    await waitFor(() => again.text().includes("data: 3"));
    const trigger = [...again.text().matchAll(/^data: (\d)$/gm)].map(([, data]) => data);
    assert.deepEqual(trigger, ["2", "3"]);
    const byQuery = await listen(socketPath, {}, `?from=${old}`);
    await waitFor(() => byQuery.text().includes("data: 3"));
    const lost = await listen(socketPath, { "last-event-id": "of-another-run" });
    await waitFor(() => lost.text().includes("data: 3"));
    assert.match(lost.text(), /^: ready\n\nevent: gap\ndata: \{"after":"of-another-run"\}\n\nid: /);
    const startMs = performance.now();
    await plane[Symbol.asyncDispose]();
    assert.ok(performance.now() - startMs < 2_000, "streams do not hold up the stop");
    await again.closed;
  });

  test("M8: events of earlier runs after an id of theirs come before the events of this run, also of those published meanwhile", async (t) => {
    const found = Promise.withResolvers<Replay | undefined>();
    const asked: string[] = [];
    const stream = createEventStream({
      earlier({ after, before }) {
        asked.push(after, before);
        return found.promise;
      },
    });
    const { socketPath } = await servePlane(t, { components: [serving(stream)] });
    stream.publish({ type: "number", data: 2 });
    const client = await listen(socketPath, { "last-event-id": "abc-7" });
    stream.publish({ type: "number", data: 3 });
    const past = { id: "abc-8", type: "number", data: 1 };
    found.resolve({ events: [past], hasGap: false });
    await waitFor(() => client.text().includes("data: 3"));
    stream.publish({ type: "number", data: 4 });
    await waitFor(() => client.text().includes("data: 4"));
    const trigger = [...client.text().matchAll(/^data: (.*)$/gm)].map(([, data]) => data);
    assert.deepEqual(trigger, ["1", "2", "3", "4"]);
    assert.match(client.text(), /^: ready\n\nid: abc-8\n/);
    assert.deepEqual(asked, ["abc-7", stream.origin]);
    client.close();
  });

  test("M8: a client gets what it missed as fast as it reads it, however much that is", async (t) => {
    const stream = createEventStream();
    const { socketPath } = await servePlane(t, { components: [serving(stream)] });
    const from = stream.publish({ type: "big", data: "" });
    const big = "x".repeat(100_000);
    for (let n = 0; n < 50; n += 1) stream.publish({ type: "big", data: `${n} ${big}` });
    const client = await listen(socketPath, {}, `?from=${from}`);
    for (let n = 50; n < 100; n += 1) stream.publish({ type: "big", data: `${n} ${big}` });
    await waitFor(() => client.text().includes('data: "99 '));
    const trigger = [...client.text().matchAll(/^data: "(\d+) /gm)].map(([, n]) => Number(n));
    assert.deepEqual(trigger, [...Array(100).keys()]);
    client.close();
  });

  test("M8: a client that falls behind the kept events gets an event about the gap, and goes on", async (t) => {
    const stream = createEventStream({ capacity: 10 });
    const { socketPath } = await servePlane(t, { components: [serving(stream)] });
    const client = await listen(socketPath, {});
    const seen = stream.publish({ type: "number", data: 0 });
    await waitFor(() => client.text().includes("data: 0"));
    for (let n = 1; n <= 30; n += 1) stream.publish({ type: "number", data: n });
    await waitFor(() => client.text().includes("data: 30"));
    const trigger = [...client.text().matchAll(/^data: (.*)$/gm)].map(([, data]) => data);
    const kept = Array.from({ length: 10 }, (_, at) => String(21 + at));
    assert.deepEqual(trigger, ["0", JSON.stringify({ after: seen }), ...kept]);
    client.close();
  });

  test("M8: a client that does not read is cut off, and another is not held up by it", async (t) => {
    const clock = new VirtualClock();
    const stream = createEventStream();
    const slow = "x".repeat(400_000);
    const large: Component = {
      name: "large",
      routes: [{ method: "GET", path: "", respond: () => jsonReply(slow) }],
    };
    const { socketPath } = await servePlane(t, { components: [serving(stream), large], clock });
    const stalled = await stall(socketPath, "/events");
    const stalledAnswer = await stall(socketPath, "/large");
    const client = await listen(socketPath, {});
    for (let n = 0; n < 20; n += 1) stream.publish({ type: "big", data: `${n} ${slow}` });
    await waitFor(() => client.text().includes('data: "19 '));
    await clock.advance(59_000);
    assert.deepEqual([stalled.isClosed(), stalledAnswer.isClosed()], [false, false]);
    await clock.advance(2_000);
    stalled.socket.resume();
    stalledAnswer.socket.resume();
    await waitFor(() => stalled.isClosed() && stalledAnswer.isClosed());
    client.close();
    await waitFor(() => clock.pending === 0);
  });

  test("M8: a client that reads slowly gets all of a long answer, however long that takes", async (t) => {
    const clock = new VirtualClock();
    const text = "x".repeat(2_000_000);
    const respond = () => jsonReply(text);
    const large: Component = { name: "large", routes: [{ method: "GET", path: "", respond }] };
    const { socketPath } = await servePlane(t, { components: [large], clock });
    const { socket, isClosed } = await stall(socketPath, "/large");
    let received = 0;
    socket.on("data", (chunk: Buffer) => {
      received += chunk.length;
      socket.pause();
    });
    while (received < 1_900_000) {
      const before = received;
      socket.resume();
      await waitFor(() => received > before || isClosed());
      assert.ok(!isClosed(), `cut off after ${received}`);
      for (let turn = 0; turn < 10; turn += 1) await new Promise((next) => setImmediate(next));
      await clock.advance(10_000);
    }
    socket.destroy();
    await waitFor(() => clock.pending === 0);
  });

  test("an answer for a client that is gone leaves nothing behind", async (t) => {
    const clock = new VirtualClock();
    const slow = Promise.withResolvers<Reply>();
    const late: Component = {
      name: "late",
      routes: [{ method: "GET", path: "", respond: () => slow.promise }],
    };
    const { socketPath } = await servePlane(t, { components: [late], clock });
    const socket = connect(socketPath, () => socket.write("GET /late HTTP/1.1\r\nHost: x\r\n\r\n"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    slow.resolve(jsonReply("nobody reads it"));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
    assert.equal(clock.pending, 0);
  });

  test("a client that is gone leaves nothing behind", async (t) => {
    const stream = createEventStream();
    const clock = new VirtualClock();
    const stopping = new AbortController();
    const { signal } = stopping;
    const socketPath = join(makeScratch(t), "s");
    const server = createServer((request, response) => {
      const query = new URLSearchParams();
      const turns = immediateTurns;
      void serveEvents(stream, { request, response, query, clock, turns }, signal);
    });
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    for (let n = 0; n < 3; n += 1) {
      const client = await listen(socketPath, {});
      assert.equal(getEventListeners(signal, "abort").length, 1);
      client.close();
      await waitFor(() => getEventListeners(signal, "abort").length === 0);
    }
    assert.equal(clock.pending, 0);
  });

  test("M8: a quiet stream is kept alive with comments", async (t) => {
    const clock = new VirtualClock();
    const stream = createEventStream();
    const { socketPath } = await servePlane(t, { components: [serving(stream)], clock });
    const client = await listen(socketPath, {});
    await clock.advance(31_000);
    await waitFor(() => client.text() === ": ready\n\n:\n\n:\n\n");
    client.close();
    await waitFor(() => clock.pending === 0);
  });
});

/** A client of a stream. */
async function listen(socketPath: string, headers: Readonly<Record<string, string>>, query = "") {
  let text = "";
  const asked = request({ socketPath, path: `/events${query}`, headers, agent: false });
  asked.on("error", () => {});
  const ready = Promise.withResolvers<void>();
  const closed = new Promise<void>((resolve) => asked.once("close", resolve));
  asked.once("response", (response) => {
    assert.equal(response.headers["content-type"], "text/event-stream");
    response.on("error", () => {});
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      ready.resolve();
    });
  });
  asked.end();
  await ready.promise;
  return { text: () => text, close: () => asked.destroy(), closed };
}

/** A client that asks and then does not read. */
async function stall(socketPath: string, path: string) {
  let isClosed = false;
  const socket = connect(socketPath, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`));
  socket.on("error", () => {});
  socket.once("close", () => {
    isClosed = true;
  });
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  return { socket, isClosed: () => isClosed };
}
