import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { connect } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import { DaemonFault } from "../daemon-fault.ts";
import { ask } from "../testing/ask.ts";
import { makeScratch } from "../testing/scratch.ts";
import { servePlane } from "../testing/serve-plane.ts";
import { waitFor } from "../testing/wait-for.ts";
import { startControlPlane } from "./control-plane.ts";
import { type Component, jsonReply, textReply } from "./route.ts";

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
    const { get } = await servePlane(t, { status: () => value });
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
    const { get, log } = await servePlane(t, { status: () => status() });
    for (status of failures) {
      const { status: code, text } = await get("/status");
      assert.equal(code, 500);
      assert.match(text, /"error":\{"reason":"(?:Confused|Unexpected)"/);
    }
    assert.equal(log.of("Confused").length, 1);
    assert.equal((await get("/health")).status, 200);
  });

  test("M8: components own what is below their name; parts are decoded one by one", async (t) => {
    const { get } = await servePlane(t, { components: [echo] });
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
    const { get } = await servePlane(t, { components: [echo] });
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
    const { get } = await servePlane(t, { components: [echo] });
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
      const { socketPath } = await servePlane(t, { headerTimeoutMs: 200 });
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
    const { get } = await servePlane(t);
    const timeouts: unknown[] = [];
    // Node shows its server here; waiting for five seconds would show no more.
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
    const { plane, get } = await servePlane(t, { components: [slow], clock });
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
    const { plane, get, socketPath } = await servePlane(t, { components: [work], clock });
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
