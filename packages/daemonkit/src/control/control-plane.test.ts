import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import { DaemonFault } from "../daemon-fault.ts";
import { ask, type Question } from "../proof/ask.ts";
import { recordedLog } from "../proof/recorded-log.ts";
import { makeScratch } from "../proof/scratch.ts";
import { type ControlPlaneOptions, startControlPlane } from "./control-plane.ts";
import { createEventStream, type Replay } from "./event-stream.ts";
import { type Component, eventsReply, jsonReply, textReply } from "./route.ts";

/** A plane that ends with the test, and how to ask it. */
async function serve(t: TestContext, options: Partial<ControlPlaneOptions> = {}) {
  const socketPath = join(makeScratch(t), "run/s");
  const log = recordedLog();
  const status = (): unknown => ({ fine: true });
  const plane = await startControlPlane({ socketPath, status, log, ...options });
  t.after(() => plane[Symbol.asyncDispose]());
  const get = (path: string, more: Partial<Question> = {}) => ask({ socketPath, path, ...more });
  return { plane, socketPath, log, get };
}

const echo: Component = {
  name: "echo",
  routes: [
    { method: "GET", path: "", respond: () => jsonReply(["top"]) },
    { method: "GET", path: "fixed", respond: () => textReply("first come\n") },
    { method: "GET", path: ":id", respond: ({ parameters }) => jsonReply(parameters) },
    {
      method: "POST",
      path: ":id/why",
      respond: async ({ parameters, query, peer, readBody }) =>
        jsonReply(
          { ...parameters, q: query.get("q"), body: await readBody(), uid: peer?.uid },
          202,
        ),
    },
  ],
};

suite("answers", () => {
  test("M8: /health is static, /status is the injected value as it is", async (t) => {
    let value: unknown = { a: [1, "ü", null], b: undefined };
    const { get } = await serve(t, { status: () => value });
    assert.equal((await get("/status")).text, '{"a":[1,"ü",null]}\n');
    value = "just text";
    assert.equal((await get("/status/")).text, '"just text"\n');
    value = undefined;
    assert.equal((await get("/status")).text, "null\n");
    const { status, text, headers } = await get("/health");
    assert.deepEqual([status, text], [200, '{"status":"ok"}\n']);
    assert.equal(headers["content-type"], "application/json");
    const head = await get("/health", { method: "HEAD" });
    assert.deepEqual([head.status, head.text, head.headers["content-length"]], [200, "", "16"]);
  });

  test("M8: a status that fails, or cannot be written down, is a 500 with its reason, and the plane goes on", async (t) => {
    const failures: readonly (() => unknown)[] = [
      () => {
        throw new DaemonFault({ reason: "Confused", message: "eh", resolution: "Think." });
      },
      () => Promise.reject(new Error("later")),
      () => 10n,
    ];
    let status: () => unknown = () => "";
    const { get, log } = await serve(t, { status: () => status() });
    for (status of failures) {
      const { status: code, text } = await get("/status");
      assert.equal(code, 500);
      assert.match(text, /"error":\{"reason":"(?:Confused|Unexpected)"/);
    }
    assert.equal(log.of("Confused").length, 1);
    assert.equal((await get("/health")).status, 200);
  });

  test("M8: components own what is below their name; parts are decoded one by one", async (t) => {
    const { get } = await serve(t, { components: [echo] });
    assert.deepEqual((await get("/echo")).json(), ["top"]);
    assert.deepEqual((await get("/echo/")).json(), ["top"]);
    assert.equal((await get("/echo/fixed")).text, "first come\n");
    const id = "file:/etc/motd ü%";
    assert.deepEqual((await get(`/echo/${encodeURIComponent(id)}`)).json(), { id });
    const path = `/echo/${encodeURIComponent(id)}/why?q=a%20b`;
    const answered = await get(path, { method: "POST", body: "töxt" });
    assert.equal(answered.status, 202);
    const uid = process.geteuid?.();
    assert.deepEqual(answered.json(), { id, q: "a b", body: "töxt", uid });
  });

  test("M8: 404 and 405 are JSON, and 405 says what is allowed", async (t) => {
    const { get } = await serve(t, { components: [echo] });
    const reasonOf = async (path: string, method = "GET"): Promise<unknown> => {
      const { status, headers, json } = await get(path, { method });
      assert.equal(headers["content-type"], "application/json");
      const { error } = json() as { error: Record<string, unknown> };
      assert.deepEqual(Object.keys(error), ["reason", "message", "resolution"]);
      return [status, error["reason"], headers.allow];
    };
    for (const path of [
      "/",
      "/none",
      "/health/deeper",
      "/echo/a/b/c",
      "/echo//why",
      "/../health",
    ]) {
      assert.deepEqual(await reasonOf(path), [404, "NotFound", undefined], path);
    }
    assert.deepEqual(await reasonOf("/echo/x", "DELETE"), [405, "MethodNotAllowed", "GET, HEAD"]);
    assert.deepEqual(await reasonOf("/echo/x/why"), [405, "MethodNotAllowed", "POST"]);
    assert.deepEqual(await reasonOf("/status", "POST"), [405, "MethodNotAllowed", "GET, HEAD"]);
    assert.deepEqual(await reasonOf("/echo/%zz"), [400, "RequestInvalid", undefined]);
  });

  test("M8: a body that is too long is refused, and the next request is served", async (t) => {
    const { get } = await serve(t, { components: [echo] });
    const body = "x".repeat(1024 * 1024 + 1);
    const answered = await get("/echo/x/why", { method: "POST", body }).catch(() => undefined);
    // The client may be cut off while it still sends.
    if (answered !== undefined) assert.equal(answered.status, 413);
    assert.equal((await get("/health")).status, 200);
  });

  test("M8: names that are no names, are reserved or taken are refused before anything is bound", async (t) => {
    const socketPath = join(makeScratch(t), "s");
    const named = (...names: readonly string[]) =>
      startControlPlane({
        socketPath,
        status: () => "",
        components: names.map((name) => ({ name, routes: [] })),
      });
    for (const name of ["", "a/b", "Up", "health", "status", "..", "-a"]) {
      await assert.rejects(named(name), { reason: "OptionInvalid" }, name);
    }
    await assert.rejects(named("a", "a"), { reason: "OptionInvalid" });
    await assert.rejects(ask({ socketPath, path: "/health" }), { code: "ENOENT" });
  });
});

suite("time", () => {
  for (const sent of ["", "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: "]) {
    test(`M8: a client that is late with its headers is cut off: ${JSON.stringify(sent)}`, async (t) => {
      const { socketPath } = await serve(t, { headerTimeoutMs: 200 });
      const socket = connect(socketPath, () => socket.write(sent));
      const startMs = performance.now();
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.on("error", () => {}).resume();
      await closed;
      const elapsedMs = performance.now() - startMs;
      assert.ok(elapsedMs >= 190 && elapsedMs < 3_000, `${elapsedMs}`);
    });
  }

  test("M8: the time for headers is 5 seconds when nothing else is said", async (t) => {
    const { get } = await serve(t);
    const timeouts: unknown[] = [];
    // Node tells of its server here; waiting for five seconds would tell no more.
    const note = (message: unknown): void => {
      const server: unknown = Reflect.get(Object(message), "server");
      timeouts.push(Reflect.get(Object(server), "headersTimeout"));
    };
    subscribe("http.server.request.start", note);
    t.after(() => unsubscribe("http.server.request.start", note));
    await get("/health");
    assert.deepEqual(timeouts, [5_000]);
  });

  test("M8: stopping lets a request end for 5 seconds, then cuts it off and aborts its signal", async (t) => {
    const clock = new VirtualClock();
    const begun = Promise.withResolvers<void>();
    let aborted = false;
    const slow: Component = {
      name: "slow",
      routes: [
        {
          method: "GET",
          path: "",
          respond: (_, signal) => {
            begun.resolve();
            signal.addEventListener("abort", () => {
              aborted = true;
            });
            return new Promise(() => {});
          },
        },
      ],
    };
    const { plane, get } = await serve(t, { components: [slow], clock });
    const cut = assert.rejects(get("/slow"));
    await begun.promise;
    const stopped = plane[Symbol.asyncDispose]();
    let isStopped = false;
    void stopped.then(() => {
      isStopped = true;
    });
    await waitFor(() => clock.pending > 0);
    await clock.advance(4_999);
    assert.deepEqual([isStopped, aborted], [false, false]);
    await clock.advance(1);
    await stopped;
    await cut;
    assert.equal(aborted, true);
    assert.equal(clock.pending, 0);
  });

  test("M8: stopping waits for a request that ends, and for nobody who only keeps a connection", async (t) => {
    const clock = new VirtualClock();
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const work: Component = {
      name: "work",
      routes: [
        {
          method: "GET",
          path: "",
          async respond() {
            begun.resolve();
            await go.promise;
            return jsonReply("done");
          },
        },
      ],
    };
    const { plane, get, socketPath } = await serve(t, { components: [work], clock });
    const idle = connect(socketPath, () => idle.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
    await new Promise((resolve) => idle.once("data", resolve));
    const answered = get("/work", { headers: { connection: "keep-alive" } });
    await begun.promise;
    const stopped = plane[Symbol.asyncDispose]();
    await waitFor(() => clock.pending > 0);
    go.resolve();
    assert.deepEqual((await answered).json(), "done");
    await stopped;
    await assert.rejects(get("/health"), { code: "ENOENT" });
    await plane[Symbol.asyncDispose]();
  });
});

suite("server-sent events", () => {
  test("M8: a client hears what comes, comes back with its last id, and misses nothing", async (t) => {
    const stream = createEventStream();
    const events: Component = {
      name: "events",
      routes: [{ method: "GET", path: "", respond: () => eventsReply(stream) }],
    };
    const { plane, socketPath } = await serve(t, { components: [events] });
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
    const heard = [...again.text().matchAll(/^data: (\d)$/gm)].map(([, data]) => data);
    assert.deepEqual(heard, ["2", "3"]);
    const byQuery = await listen(socketPath, {}, `?from=${old}`);
    await waitFor(() => byQuery.text().includes("data: 3"));
    const lost = await listen(socketPath, { "last-event-id": "of-another-life" });
    await waitFor(() => lost.text().includes("data: 3"));
    assert.match(
      lost.text(),
      /^: ready\n\nevent: gap\ndata: \{"after":"of-another-life"\}\n\nid: /,
    );
    const startMs = performance.now();
    await plane[Symbol.asyncDispose]();
    assert.ok(performance.now() - startMs < 2_000, "streams do not hold up the stop");
    await again.closed;
  });

  test("M8: what earlier lives told after an id of theirs comes before what this one tells, also what it tells meanwhile", async (t) => {
    const found = Promise.withResolvers<Replay | undefined>();
    const asked: string[] = [];
    const stream = createEventStream({
      earlier({ after, before }) {
        asked.push(after, before);
        return found.promise;
      },
    });
    const events: Component = {
      name: "events",
      routes: [{ method: "GET", path: "", respond: () => eventsReply(stream) }],
    };
    const { socketPath } = await serve(t, { components: [events] });
    stream.publish({ type: "number", data: 2 });
    const client = await listen(socketPath, { "last-event-id": "abc-7" });
    stream.publish({ type: "number", data: 3 });
    const past = { id: "abc-8", type: "number", data: 1 };
    found.resolve({ events: [past], hasGap: false });
    await waitFor(() => client.text().includes("data: 3"));
    stream.publish({ type: "number", data: 4 });
    await waitFor(() => client.text().includes("data: 4"));
    const heard = [...client.text().matchAll(/^data: (.*)$/gm)].map(([, data]) => data);
    assert.deepEqual(heard, ["1", "2", "3", "4"]);
    assert.match(client.text(), /^: ready\n\nid: abc-8\n/);
    assert.deepEqual(asked, ["abc-7", stream.origin]);
    client.close();
  });

  test("M8: a client that does not read is cut off", async (t) => {
    const stream = createEventStream();
    const events: Component = {
      name: "events",
      routes: [{ method: "GET", path: "", respond: () => eventsReply(stream) }],
    };
    const { socketPath } = await serve(t, { components: [events] });
    const socket = connect(socketPath, () =>
      socket.write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"),
    );
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    for (let n = 0; n < 60; n += 1) stream.publish({ type: "big", data: "x".repeat(100_000) });
    socket.resume();
    await closed;
  });

  test("M8: a quiet stream is kept alive with comments", async (t) => {
    const clock = new VirtualClock();
    const stream = createEventStream();
    const events: Component = {
      name: "events",
      routes: [{ method: "GET", path: "", respond: () => eventsReply(stream) }],
    };
    const { socketPath } = await serve(t, { components: [events], clock });
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

/** Waits for what other parts of this process do, turn by turn. */
async function waitFor(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isSo()) {
    assert.ok(performance.now() < endMs, "it does not come");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
