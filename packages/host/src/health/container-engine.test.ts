import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { realClock } from "../system/real-clock.ts";
import { engineSockets } from "../containers/engine/engine-sockets.ts";
import { askContainer, enginesAt } from "./container-engine.ts";

const UNSTOPPED = new AbortController().signal;
const isRoot = process.geteuid?.() === 0;

/** A root on which engines may listen, and what is said of the container `web` there. */
function openRoot(t: TestContext) {
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-engine-"));
  t.after(() => fs.rmSync(root, { recursive: true }));
  const sockets = engineSockets(root, 0);
  return {
    sockets,
    async listen(socketPath: string | undefined, answer: RequestListener) {
      assert.ok(socketPath);
      fs.mkdirSync(dirname(socketPath), { recursive: true });
      const server = createServer((request, response) => {
        if (request.url !== "/_ping") return answer(request, response);
        response.writeHead(200, { "api-version": "1.51" }).end("OK");
      }).listen(socketPath);
      await once(server, "listening");
      t.after(() => {
        server.closeAllConnections();
        server.close();
      });
    },
    async ask(name = "web") {
      const request = { name, timeoutMs: 2_000, clock: realClock };
      const engines = enginesAt(sockets, realClock);
      const outcome = await askContainer({ ...request, engines }, UNSTOPPED);
      return outcome.type === "passed" ? "passed" : outcome.why.replaceAll(root, "");
    },
  };
}

const say =
  (status: number, json: unknown): RequestListener =>
  (_request, response) =>
    response.writeHead(status).end(JSON.stringify(json));

const state = (State: object) => say(200, { Id: "0a", State });

suite("K11: containers", () => {
  test("a container that runs and does not call itself unhealthy is healthy, anything else is reported", async (t) => {
    const { sockets, listen, ask } = openRoot(t);
    let answer = state({});
    await listen(sockets[0], (request, response) => answer(request, response));
    for (const Health of [
      undefined,
      {},
      { Status: "" },
      { Status: "none" },
      { Status: "healthy" },
    ]) {
      answer = state({ Status: "running", ...(Health && { Health }) });
      assert.equal(await ask(), "passed");
    }
    const running = (Status: string) => state({ Status: "running", Health: { Status } });
    for (const [listener, why] of [
      [running("starting"), "its own health check has not said anything yet"],
      [running("unhealthy"), "its own health check says that it is unhealthy"],
      [state({ Status: "paused", ExitCode: 0 }), "it is paused (exit code 0)"],
      [state({ Status: "exited", ExitCode: 137 }), "it is exited (exit code 137)"],
      [say(404, { message: "no such container" }), "there is no such container"],
      [say(500, {}), "the engine answered 500 and nothing to understand"],
      [say(200, []), "the engine answered 200 and nothing to understand"],
      [state({}), "the engine answered 200 and nothing to understand"],
    ] as const) {
      answer = listener;
      assert.equal(await ask(), why);
    }
  });

  test("a name is one part of the path, whatever is in it", async (t) => {
    const { sockets, listen, ask } = openRoot(t);
    const asked: (string | undefined)[] = [];
    await listen(sockets[0], (request, response) => {
      asked.push(request.url);
      response.writeHead(404).end();
    });
    await ask("../images?all=1");
    assert.deepEqual(asked, ["/v1.44/containers/..%2Fimages%3Fall%3D1/json"]);
  });

  test("the engine that knows it answers; where no engine listens, that is reported", async (t) => {
    const { sockets, listen, ask } = openRoot(t);
    assert.match(await ask(), /^no container engine listens at \/run\/podman\/podman\.sock or /);
    await listen(sockets[0], say(404, {}));
    assert.equal(await ask(), "there is no such container");
    await listen(sockets[1], state({ Status: "running" }));
    assert.equal(await ask(), "passed");
  });

  test("a body without end is cut off, and noise is reported", async (t) => {
    const { sockets, listen, ask } = openRoot(t);
    await listen(sockets[0], (_request, response) => {
      response.writeHead(200);
      response.write("x".repeat(20 * 1_048_576));
    });
    assert.match(await ask(), /answered with more than can be read$/);
  });

  test("a path that is no socket is not asked", async (t) => {
    const { sockets, ask } = openRoot(t);
    const [path = ""] = sockets;
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.writeFileSync(path, "");
    assert.equal(await ask(), "/run/podman/podman.sock: it is no socket");
  });

  test("a socket that another user made is not asked", {
    skip: isRoot ? false : "only root gives files away",
  }, async (t) => {
    const { sockets, listen, ask } = openRoot(t);
    const [path = ""] = sockets;
    await listen(path, state({ Status: "running" }));
    fs.chownSync(path, 65_534, 65_534);
    assert.equal(await ask(), "/run/podman/podman.sock: it belongs to user 65534");
  });

  test("a user's own engines are asked before those of the machine", () => {
    assert.deepEqual(engineSockets("/", 1_000), [
      "/run/user/1000/podman/podman.sock",
      "/run/user/1000/docker.sock",
      "/run/podman/podman.sock",
      "/run/docker.sock",
    ]);
  });
});
