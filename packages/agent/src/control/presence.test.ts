import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Fault, isJsonObject, silentLog } from "@holdfast/core";
import { createControlClient } from "./client.ts";
import { startPresence } from "./presence.ts";
import { serveCells } from "./proof/served-cells.ts";
import { controlSocketPaths, type SocketPlace } from "./socket-path.ts";

const { signal } = new AbortController();

/** A presence in this place, and what troubled it. */
async function present(rig: Awaited<ReturnType<typeof serveCells>>, place: SocketPlace) {
  const troubles: Fault[] = [];
  const onTrouble = (fault: Fault) => troubles.push(fault);
  const presence = await startPresence(rig.served, { place, log: silentLog, onTrouble });
  return { presence, troubles };
}

test("M8: the agent answers under its root until its presence ends, and what it tells is kept", async () => {
  await using rig = await serveCells(["a"]);
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-presence-"));
  const place = { root, userId: process.geteuid?.(), environment: {} };
  const client = createControlClient({ socketPaths: controlSocketPaths(place) });
  try {
    const { presence, troubles } = await present(rig, place);
    assert.deepEqual(troubles, []);
    for (const event of rig.events) presence.tell(event);
    const status = await client.ask({ method: "GET", path: "/status" }, signal);
    assert.deepEqual([status["name"], status["statuses"]], ["web1", { Ready: 1 }]);
    const kept = await client.ask({ method: "GET", path: "/events/kept" }, signal);
    const { events } = kept;
    assert.ok(Array.isArray(events));
    const types = events.filter(isJsonObject).map(({ type }) => type);
    assert.deepEqual(types, ["started", "result", "watching"], "a look without news is not told");
    await presence[Symbol.asyncDispose]();
    await assert.rejects(client.ask({ method: "GET", path: "/status" }, signal), {
      reason: "AgentNotRunning",
    });
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});

test("M8: where there is no place for a socket, the agent goes on without one and says why", async () => {
  await using rig = await serveCells(["a"]);
  const environment = {};
  for (const [place, why] of [
    [{ root: "/", userId: 7, environment }, /XDG_RUNTIME_DIR/],
    [{ root: `/${"x".repeat(100)}`, userId: 0, environment }, /too long/],
    [{ root: "/dev/null", userId: 0, environment }, /\/dev\/null\/run/],
  ] as const) {
    const { presence, troubles } = await present(rig, place);
    assert.equal(troubles.length, 1);
    assert.equal(troubles[0]?.reason, "ControlUnavailable");
    assert.match(troubles[0].message, why);
    await presence[Symbol.asyncDispose]();
  }
});
