import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { type ContainerHint, type ContainerWriter, Fault, type FaultReason } from "@holdfast/core";
import { realClock } from "../system/real-clock.ts";
import { createContainers } from "./create-containers.ts";

const UNSTOPPED = new AbortController().signal;
const ID = "0f6dc7ae30d7".padEnd(64, "0");

/** What an engine answers to `METHOD /path`, behind the version. */
type Answers = Readonly<Record<string, readonly [status: number, body: unknown]>>;

/** An engine that says what it is given. */
async function openEngine(t: TestContext, answers: Answers, headers: Record<string, string>) {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-dialect-"));
  const socketPath = join(directory, "engine.sock");
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const heads: IncomingMessage["headers"][] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    if (request.url === "/_ping") return void response.writeHead(200, headers).end("OK");
    const path = `${request.method} ${decodeURIComponent(request.url ?? "")}`;
    asked.push(path);
    heads.push(request.headers);
    const sent = Buffer.concat(chunks).toString();
    if (sent !== "") bodies.push(JSON.parse(sent));
    const [status, body] = answers[path.replace(/\/v[\d.]+/, "")] ?? [500, { message: path }];
    response.writeHead(status).flushHeaders();
    // What goes on has no body here.
    if (body !== undefined) response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(socketPath);
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
    fs.rmSync(directory, { recursive: true });
  });
  const containers = createContainers({ clock: realClock, sockets: [socketPath] });
  return { containers, asked, bodies, heads };
}

const DOCKER_29 = { "api-version": "1.52", server: "Docker/29.0.1 (linux)" };

/** `GET /containers/web/json` as Docker documents it, without what nothing is read of. */
const DOCKER_CONTAINER = {
  Id: ID,
  State: {
    Status: "running",
    ExitCode: 0,
    StartedAt: "2026-11-30T10:00:00.5Z",
    Health: { Status: "healthy" },
  },
  Image: `sha256:${"1".repeat(64)}`,
  Name: "/web",
  RestartCount: 2,
  HostConfig: {
    NetworkMode: "front",
    RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
    Memory: 67_108_864,
    NanoCpus: 500_000_000,
    PidsLimit: null,
  },
  Config: { Env: ["A=1=2", "EMPTY=", "PATH=/bin"], Labels: { tier: "front" } },
  NetworkSettings: { Networks: { front: { NetworkID: "9f" } } },
};

function docker(t: TestContext, answers: Answers) {
  return openEngine(t, answers, DOCKER_29);
}

async function mustFail(work: Promise<unknown>, reason: FaultReason): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Fault && thrown.reason === reason, String(thrown));
  return thrown;
}

suite("K10: what Docker says, by the documentation of its API", () => {
  test("Docker 29 is asked in 1.44, an older engine in its own version", async (t) => {
    const answers: Answers = {
      "GET /containers/web/json": [404, { message: "No such container: web" }],
    };
    for (const [theirs, asked] of [
      ["1.52", "1.44"],
      ["1.44", "1.44"],
      ["1.43", "1.43"],
      ["1.41", "1.41"],
      ["1.9", "1.9"],
    ]) {
      const engine = await openEngine(t, answers, { "api-version": theirs ?? "" });
      assert.equal((await engine.containers.containers(["web"], UNSTOPPED)).size, 0);
      assert.deepEqual(engine.asked, [`GET /v${asked}/containers/web/json`]);
    }
  });

  test("what listens and is no engine is unavailable, and so is one that answers 500: nothing is absent then", async (t) => {
    const other = await openEngine(t, {}, {});
    await mustFail(other.containers.containers(["web"], UNSTOPPED), "ContainersUnavailable");
    const { containers } = await docker(t, {});
    for (const read of [
      containers.containers(["web"], UNSTOPPED),
      containers.containers(["web", "db"], UNSTOPPED),
      containers.images(["a:1"], UNSTOPPED),
      containers.networks(["front"], UNSTOPPED),
      containers.volumes(["data"], UNSTOPPED),
      containers.usersOf({ type: "volume", name: "data" }, UNSTOPPED),
    ])
      await mustFail(read, "ContainersUnavailable");
    await mustFail(
      containers.watch(() => {}, UNSTOPPED),
      "WatchFailed",
    );
  });

  test("a container is read as it is, and Docker changes its limits in place", async (t) => {
    const engine = await docker(t, {
      "GET /containers/json?all=true": [200, [{ Id: ID, Names: ["/other/alias", "/web"] }]],
      "GET /containers/web/json": [200, DOCKER_CONTAINER],
      "POST /containers/web/update": [200, { Warnings: null }],
    });
    const { containers } = engine;
    const found = await containers.containers(["web", "none"], UNSTOPPED);
    assert.deepEqual([...found.keys()], ["web"]);
    assert.deepEqual(found.get("web"), {
      id: ID,
      name: "web",
      imageId: `sha256:${"1".repeat(64)}`,
      status: "running",
      exitCode: 0,
      startedAt: "2026-11-30T10:00:00.5Z",
      restarts: 2,
      health: "healthy",
      labels: { tier: "front" },
      env: { A: "1=2", EMPTY: "", PATH: "/bin" },
      networks: ["front"],
      limits: { restart: "unless-stopped", memoryBytes: 67_108_864, cpus: 0.5, pids: 0 },
      canBeUpdated: true,
    });
    await containers.update(
      { name: "web", limits: { memoryBytes: 1_048_576, restart: "no" } },
      UNSTOPPED,
    );
    assert.deepEqual(engine.bodies, [
      { RestartPolicy: { Name: "no" }, Memory: 1_048_576, MemorySwap: 2_097_152 },
    ]);
  });

  test("what is so already is no failure, and a conflict has its reason", async (t) => {
    const { containers } = await docker(t, {
      "GET /containers/web/json": [200, DOCKER_CONTAINER],
      "POST /containers/web/start": [304, ""],
      "POST /containers/web/stop?t=3": [304, ""],
      "DELETE /containers/web?force=true&v=false": [404, { message: "No such container: web" }],
      "POST /containers/web/rename?name=db": [
        409,
        { message: 'The container name "/db" is already in use' },
      ],
      "DELETE /images/a:1": [409, { message: "conflict: unable to remove repository reference" }],
      "POST /containers/db/start": [500, { message: "driver failed: port is already allocated" }],
    });
    await containers.start("web", UNSTOPPED);
    await containers.stop({ name: "web", graceSeconds: 3 }, UNSTOPPED);
    await containers.remove("web", UNSTOPPED);
    await mustFail(containers.rename({ name: "web", to: "db" }, UNSTOPPED), "AlreadyExists");
    await mustFail(containers.removeImage("a:1", UNSTOPPED), "ContainerInUse");
    const refused = await mustFail(containers.start("db", UNSTOPPED), "ContainerFailed");
    assert.match(refused.message, /^db does not start: driver failed: port is already allocated$/);
  });

  test("what is paused goes on before it is stopped or restarted: Podman refuses both", async (t) => {
    const State = { ...DOCKER_CONTAINER.State, Status: "paused" };
    const { containers, asked } = await docker(t, {
      "GET /containers/web/json": [200, { ...DOCKER_CONTAINER, State }],
      "POST /containers/web/unpause": [204, ""],
      "POST /containers/web/stop?t=3": [204, ""],
      "POST /containers/web/restart?t=3": [204, ""],
    });
    for (const verb of ["stop", "restart"] as const) {
      asked.length = 0;
      await containers[verb]({ name: "web", graceSeconds: 3 }, UNSTOPPED);
      assert.deepEqual(
        asked.map((each) => each.replace("/v1.44/containers/web", "")),
        ["GET /json", "POST /unpause", `POST /${verb}?t=3`],
      );
    }
  });

  test("a pull names one tag or digest, logs in, and its failure is in the last line of a success", async (t) => {
    const done = '{"status":"Pulling from library/a","id":"1"}\n{"status":"Digest: sha256:0"}\n';
    const denied = '{"status":"Pulling"}\n{"errorDetail":{"message":"denied"},"error":"denied"}\n';
    const digest = `sha256:${"0".repeat(64)}`;
    const engine = await docker(t, {
      "POST /images/create?fromImage=host:5000/a/b&tag=1": [200, done],
      [`POST /images/create?fromImage=a&tag=${digest}`]: [200, done],
      "POST /images/create?fromImage=a&tag=latest": [200, denied],
      "POST /images/create?fromImage=b&tag=1": [404, { message: "manifest unknown" }],
    });
    const { containers, heads } = engine;
    const credentials = { username: "me", password: "wörd" };
    await containers.pull({ reference: "host:5000/a/b:1", credentials }, UNSTOPPED);
    const login = String(heads[0]?.["x-registry-auth"]);
    assert.deepEqual(JSON.parse(Buffer.from(login, "base64url").toString()), credentials);
    await containers.pull({ reference: `a@${digest}` }, UNSTOPPED);
    assert.equal(heads[1]?.["x-registry-auth"], undefined);
    const refused = await mustFail(
      containers.pull({ reference: "a" }, UNSTOPPED),
      "ImageUnavailable",
    );
    assert.match(refused.message, /denied$/);
    await mustFail(containers.pull({ reference: "b:1" }, UNSTOPPED), "ImageUnavailable");
  });

  test("events are hints of their names; noise is none, and what cannot be read is an overflow", async (t) => {
    const event = (Type: string, Action: string, attributes: object = {}): string =>
      `${JSON.stringify({ Type, Action, Actor: { ID, Attributes: attributes } })}\n`;
    const engine = await docker(t, {
      "GET /events": [
        200,
        event("container", "die", { name: "web" }) +
          event("container", "exec_create: /bin/check", { name: "web" }) +
          event("container", "health_status: healthy", { name: "web" }) +
          event("container", "rename", { name: "db", oldName: "/web" }) +
          event("network", "disconnect", { container: ID, name: "front" }) +
          event("image", "tag", { name: "a:1" }) +
          event("volume", "destroy", {}) +
          event("builder", "prune") +
          "noise\n",
      ],
    });
    const hints: ContainerHint[] = [];
    await using watch = await engine.containers.watch((hint) => hints.push(hint), UNSTOPPED);
    assert.equal((await watch.ended)?.reason, "WatchFailed");
    assert.deepEqual(
      hints.map((hint) => ("name" in hint ? `${hint.type} ${hint.name ?? "*"}` : hint.type)),
      ["container web", "container *", "network *", "image *", "volume *", "overflow"],
    );
  });

  test("a watch that is live is ended by its disposal alone, and one that is not is given up with its signal", async (t) => {
    const { containers } = await docker(t, { "GET /events": [200, undefined] });
    const opening = new AbortController();
    const watch = await containers.watch(() => {}, opening.signal);
    opening.abort();
    // Asked and answered meanwhile, so that an end would have come.
    await mustFail(containers.networks(["front"], UNSTOPPED), "ContainersUnavailable");
    const first = await Promise.race([watch.ended, Promise.resolve("live")]);
    assert.equal(first, "live");
    await watch[Symbol.asyncDispose]();
    assert.equal(await watch.ended, undefined);
    await mustFail(
      containers.watch(() => {}, AbortSignal.abort()),
      "Aborted",
    );
  });

  test("what a container is made of is sent as the API has it", async (t) => {
    const engine = await docker(t, {
      "GET /containers/web/json": [404, { message: "No such container: web" }],
      "POST /containers/create?name=web": [201, { Id: ID, Warnings: [] }],
    });
    await engine.containers.create(made, UNSTOPPED);
    assert.deepEqual(engine.bodies, [
      {
        Image: "a:1",
        Env: ["A=1"],
        Labels: { tier: "front" },
        Cmd: ["serve"],
        User: "1000",
        StopTimeout: 5,
        ExposedPorts: { "80/tcp": {} },
        Healthcheck: {
          Test: ["CMD", "/bin/check"],
          Interval: 5e9,
          Timeout: 1e9,
          Retries: 2,
          StartPeriod: 0,
        },
        HostConfig: {
          NetworkMode: "front",
          PortBindings: {
            "80/tcp": [
              { HostIp: "", HostPort: "8080" },
              { HostIp: "::1", HostPort: "8081" },
            ],
          },
          Mounts: [{ Type: "bind", Source: "/srv", Target: "/data", ReadOnly: true }],
          CapAdd: [],
          CapDrop: ["ALL"],
          Privileged: false,
          ReadonlyRootfs: true,
          SecurityOpt: ["no-new-privileges"],
          RestartPolicy: { Name: "always" },
        },
        NetworkingConfig: { EndpointsConfig: { front: { Aliases: ["web"] } } },
      },
    ]);
  });
});

const made: Parameters<ContainerWriter["create"]>[0] = {
  name: "web",
  image: "a:1",
  alias: "web",
  command: ["serve"],
  user: "1000",
  env: { A: "1" },
  labels: { tier: "front" },
  mounts: [{ type: "bind", source: "/srv", target: "/data", isReadOnly: true }],
  ports: [
    { hostPort: 8080, containerPort: 80, protocol: "tcp" },
    { address: "::1", hostPort: 8081, containerPort: 80, protocol: "tcp" },
  ],
  networks: ["front"],
  capabilities: { add: [], drop: ["ALL"] },
  isPrivileged: false,
  isReadOnly: true,
  hasNoNewPrivileges: true,
  limits: { restart: "always" },
  health: {
    command: ["/bin/check"],
    intervalMs: 5_000,
    timeoutMs: 1_000,
    retries: 2,
    startPeriodMs: 0,
  },
  stopGraceSeconds: 5,
};
