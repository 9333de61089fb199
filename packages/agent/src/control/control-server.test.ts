import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isJsonObject, silentLog } from "@holdfast/core";
import { startSupervisor } from "@holdfast/daemonkit";
import { createControlClient } from "./client.ts";
import { createControlServer } from "./control-server.ts";
import { serveFakes } from "./testing/served-resources.ts";
import { controlSocketPaths, type SocketPlace } from "./socket-path.ts";

const { signal } = new AbortController();

/** A control server in this place whose socket was tried; disposing ends it. */
async function present(rig: Awaited<ReturnType<typeof serveFakes>>, place: SocketPlace) {
  const controlServer = createControlServer(rig.served, { place, log: silentLog });
  const supervisor = startSupervisor([controlServer.monitor], { backoff: { baseMs: 20 } });
  await controlServer.firstTried;
  // What was thrown is on record a moment later.
  await new Promise((resolve) => setImmediate(resolve));
  return {
    controlServer,
    statuses: () => supervisor.statuses(),
    async [Symbol.asyncDispose]() {
      await supervisor.stop();
      await controlServer[Symbol.asyncDispose]();
    },
  };
}

test("M8: the agent answers under its root until its control server ends, and its events are kept", async () => {
  await using rig = await serveFakes(["a"]);
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-controlServer-"));
  const place = { root, userId: process.geteuid?.(), environment: {} };
  const client = createControlClient({ socketPaths: controlSocketPaths(place) });
  try {
    const reachable = await present(rig, place);
    const { controlServer } = reachable;
    assert.equal(reachable.statuses()[0]?.state, "running");
    for (const event of rig.events) controlServer.tell(event);
    const status = await client.ask({ method: "GET", path: "/status" }, signal);
    assert.deepEqual([status["name"], status["statuses"]], ["web1", { Ready: 1 }]);
    const kept = await client.ask({ method: "GET", path: "/events/kept" }, signal);
    const { events } = kept;
    assert.ok(Array.isArray(events));
    const types = events.filter(isJsonObject).map(({ type }) => type);
    assert.deepEqual(
      types,
      ["started", "result", "watching"],
      "an observation without news is not published",
    );
    await reachable[Symbol.asyncDispose]();
    await assert.rejects(client.ask({ method: "GET", path: "/status" }, signal), {
      reason: "AgentNotRunning",
    });
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});

test("M8: where there is no place for a socket, the agent goes on without one and says why", async () => {
  await using rig = await serveFakes(["a"]);
  const environment = {};
  for (const [place, why] of [
    [{ root: "/", userId: 7, environment }, /XDG_RUNTIME_DIR/],
    [{ root: `/${"x".repeat(100)}`, userId: 0, environment }, /too long/],
    [{ root: "/dev/null", userId: 0, environment }, /\/dev\/null\/run/],
  ] as const) {
    await using reachable = await present(rig, place);
    const [status] = reachable.statuses();
    assert.match(status?.error?.message ?? "", why);
  }
});

test("M8: a socket that was removed is served again", async () => {
  await using rig = await serveFakes(["a"]);
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-controlServer-"));
  const place = { root, userId: process.geteuid?.(), environment: {} };
  const socketPaths = controlSocketPaths(place);
  const client = createControlClient({ socketPaths });
  try {
    await using reachable = await present(rig, place);
    for (const path of socketPaths) fs.rmSync(path, { force: true });
    const deadline = AbortSignal.timeout(20_000);
    while (reachable.statuses()[0]?.crashes === 0) {
      deadline.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const isServed = () => socketPaths.some((path) => fs.existsSync(path));
    while (!isServed() || reachable.statuses()[0]?.state !== "running") {
      deadline.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const status = await client.ask({ method: "GET", path: "/status" }, signal);
    assert.equal(status["name"], "web1");
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
