import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { suite, test, type TestContext } from "node:test";
import { unavailableNative } from "../native/native.ts";
import { DaemonFault } from "../daemon-fault.ts";
import { servePlane } from "../testing/serve-plane.ts";
import { waitFor } from "../testing/wait-for.ts";
import { createEventStream } from "./event-stream.ts";
import { type Component, eventsReply, jsonListReply, jsonReply } from "./route.ts";

const READERS = 100;
const none = new DaemonFault({ reason: "NativeUnavailable", message: "none", resolution: "Get." });

/** A plane whose clients are whoever the test says that they are when they connect. */
async function serveAs(t: TestContext, components: readonly Component[] = []) {
  let uid = 0;
  let met = 0;
  const peerOf = () => {
    met += 1;
    return { pid: 1, uid, gids: [READERS] };
  };
  const loadNative = async () => ({ ...unavailableNative(none), peerOf });
  const opened: Socket[] = [];
  t.after(() => opened.forEach((socket) => socket.destroy()));
  const served = await servePlane(t, { components, loadNative, readersGid: READERS });
  const { get, log, socketPath } = served;
  return {
    get,
    log,
    socketPath,
    as(who: number) {
      uid = who;
    },
    /** Connects, sends and reads nothing; resolves when the plane has met everybody. */
    async flood(count: number, text: string) {
      const already = met;
      for (let n = 0; n < count; n += 1) {
        const socket = connect(socketPath, () => socket.write(text));
        socket.on("error", () => {});
        opened.push(socket);
      }
      await waitFor(() => met === already + count);
      return opened.slice(-count);
    },
  };
}

const REQUEST = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

suite("what clients may take", () => {
  test("D19: readers that hold every connection and stream keep neither root nor other readers out", async (t) => {
    const stream = createEventStream();
    const events: Component = {
      name: "events",
      routes: [{ method: "GET", path: "", respond: () => eventsReply(stream) }],
    };
    const pause: Component = {
      name: "pause",
      routes: [{ method: "POST", path: "", respond: () => jsonReply("paused") }],
    };
    const { as, flood, get } = await serveAs(t, [events, pause]);
    for (const text of [REQUEST("/events"), "", "GET /he", REQUEST("/status")]) {
      as(1_000);
      await flood(150, text);
      as(0);
      assert.deepEqual((await get("/pause", { method: "POST" })).json(), "paused");
      assert.equal((await get("/status")).status, 200);
    }
    as(1_001);
    assert.equal((await get("/status")).status, 200);
  });

  test("D19: a client that finds no place gets a fault that says so", async (t) => {
    const { as, flood, get } = await serveAs(t);
    as(1_000);
    await flood(32, "");
    const { status, text } = await get("/status");
    assert.deepEqual([status, /"reason":"TooManyClients"/.test(text)], [503, true]);
  });

  test("D19: readers who are refused again and again do not fill the log", async (t) => {
    const { as, flood, log } = await serveAs(t);
    as(1_000);
    await flood(32, "");
    await flood(150, REQUEST(`/resources?only=${"*a".repeat(1_000)}`));
    const [refused, ...more] = log.of("TooManyClients").filter(({ level }) => level !== "debug");
    assert.match(refused?.message ?? "", /^1 client found no place .* of user 1000$/);
    assert.deepEqual(more, []);
    assert.ok(log.lines.every(({ message }) => message.length < 400));
  });

  test("D19: streams of root's own leave it connections", async (t) => {
    const stream = createEventStream();
    const respond = () => eventsReply(stream);
    const events = { name: "events", routes: [{ method: "GET" as const, path: "", respond }] };
    const { flood, get } = await serveAs(t, [events]);
    for (let n = 0; n < 4; n += 1) await flood(64, REQUEST("/events"));
    for (let n = 0; n < 20; n += 1) assert.equal((await get("/health")).status, 200);
    assert.equal((await get("/events")).status, 503);
  });

  test("D19: of a long answer only as much is made as its client takes", async (t) => {
    let made = 0;
    function* items(count: number) {
      for (let number = 0; number < count; number += 1) {
        made += 1;
        yield { number, text: "x".repeat(100) };
      }
    }
    const list: Component = {
      name: "list",
      routes: [
        {
          method: "GET",
          path: ":count",
          respond: ({ parameters }) =>
            jsonListReply({}, { name: "items", items: items(Number(parameters["count"])) }),
        },
      ],
    };
    const { as, flood, get } = await serveAs(t, [list]);
    as(1_000);
    const [socket] = await flood(1, REQUEST("/list/100000"));
    socket?.pause();
    await waitFor(() => made > 0);
    for (let turn = 0; turn < 200; turn += 1) await new Promise((next) => setImmediate(next));
    assert.ok(made < 10_000, `${made} are made for who reads nothing`);
    socket?.destroy();
    as(0);
    const { text, json, headers } = await get("/list/1000");
    assert.equal(headers["content-type"], "application/json");
    assert.equal(text.at(-1), "\n");
    const { items: received } = json() as { items: readonly { number: number }[] };
    assert.deepEqual(
      received.map(({ number }) => number),
      [...Array(1_000).keys()],
    );
    assert.deepEqual((await get("/list/0")).json(), { items: [] });
    assert.equal((await get("/list/1", { method: "HEAD" })).text, "");
  });

  test("D19: one connection has one question: who sends more before the answer is cut off", async (t) => {
    const asked: string[] = [];
    const slow: Component = {
      name: "slow",
      routes: [
        {
          method: "GET",
          path: ":id",
          async respond({ parameters }) {
            asked.push(parameters["id"] ?? "");
            await new Promise(() => {});
            return jsonReply("never");
          },
        },
      ],
    };
    const { flood, get } = await serveAs(t, [slow]);
    const [socket] = await flood(
      1,
      Array.from({ length: 50 }, (_, n) => REQUEST(`/slow/${n}`)).join(""),
    );
    await new Promise((resolve) => socket?.once("close", resolve).resume());
    assert.deepEqual(asked, ["0"]);
    assert.equal((await get("/health")).headers.connection, "close");
  });

  test("D19: the work of a reader's question is done in turns, and its failure is an answer", async (t) => {
    const parts: Component = {
      name: "parts",
      routes: [
        {
          method: "GET",
          path: "",
          async respond({ turn, right }) {
            for (let part = 0; part < 3; part += 1) await turn(() => part);
            await turn(() => {
              throw new DaemonFault({ reason: "NotFound", message: right, resolution: "Look." });
            });
            return jsonReply("unreached");
          },
        },
      ],
    };
    const { as, get } = await serveAs(t, [parts]);
    for (const [uid, right] of [
      [0, "act"],
      [1_000, "read"],
    ] as const) {
      as(uid);
      const { status, text } = await get("/parts");
      assert.equal(status, 404);
      assert.match(text, new RegExp(`"message":"${right}"`));
    }
  });
});
