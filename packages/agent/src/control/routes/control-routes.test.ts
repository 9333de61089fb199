import assert from "node:assert/strict";
import { test } from "node:test";
import { type FaultData, isJsonObject } from "@holdfast/core";
import { createEventStream, type Peer, type Reply } from "@holdfast/daemonkit";
import { controlRoutes } from "./control-routes.ts";
import { serveFakes } from "../testing/served-resources.ts";
import type { Served } from "../served.ts";

const { signal } = new AbortController();
const FAULT: FaultData = {
  reason: "InputInvalid",
  message: "a mistake",
  resolution: "Correct it.",
  retry: "never",
};

/** Method, component and path, and what stands in the path. */
type Asked = readonly [string, string, string, id?: string, operation?: string];

/** Asks a route as the control plane does. */
async function ask(
  served: Served,
  [method, component, path, id = "", operation = ""]: Asked,
  body = "",
  peer?: Peer,
): Promise<Reply> {
  const routes = controlRoutes(served, createEventStream());
  const route = routes
    .find(({ name }) => name === component)
    ?.routes.find((each) => each.method === method && each.path === path);
  assert.ok(route, `${method} /${component}/${path}`);
  return await route.respond(
    {
      method,
      parameters: { id, operation },
      query: new URLSearchParams(),
      peer,
      right: "act",
      turn: async (work) => work(),
      readBody: () => Promise.resolve(body),
    },
    signal,
  );
}

test("D3: POST /reconcile/<id> finds a change that no watch reported, and is marked as an operator's request", async () => {
  await using rig = await serveFakes(["a", "b"]);
  rig.fakes.tamperUnnoticed("a", "bad");
  await rig.clock.advance(1_000);
  assert.equal(rig.fakes.values.get("a"), "bad", "no watch reported it");
  const reply = await ask(rig.served, ["POST", "reconcile", ":id", "fake:a"]);
  assert.deepEqual(reply, { type: "json", status: 202, value: { asked: 1 } });
  await rig.clock.advance(1_000);
  assert.equal(rig.fakes.values.get("a"), "good");
  const drift = rig.events.find(({ type }) => type === "drift");
  assert.ok(drift?.type === "drift" && drift.trigger === "operator", JSON.stringify(drift));
});

test("why: GET /resources/<id> names the author of its drift, without the command line", async () => {
  await using rig = await serveFakes(["a", "b"]);
  rig.attributor.culprits.set("/a", {
    type: "process",
    process: { pid: 9, name: "vi", command: ["vi", "/a"], uid: 0, user: "root" },
    evidence: "kernel-event",
    atMs: 0,
  });
  const drift = async (id: string): Promise<unknown> => {
    const reply = await ask(rig.served, ["GET", "resources", ":id", id]);
    assert.ok(reply.type === "json" && isJsonObject(reply.value));
    return reply.value["drift"];
  };
  assert.equal(await drift("fake:a"), undefined, "it did not drift");
  rig.fakes.tamper("a", "bad");
  await rig.clock.advance(1_000);
  const published = await drift("fake:a");
  assert.ok(isJsonObject(published));
  const { seenAt } = published;
  assert.ok(typeof seenAt === "string");
  assert.ok(Math.abs(Date.parse(seenAt) - rig.clock.wallMs()) <= 2_000, seenAt);
  assert.deepEqual(published["attribution"], {
    type: "process",
    certainty: "certain",
    words: "vi (process 9 of root) wrote it, as the kernel says",
    evidence: "kernel-event",
    process: { pid: 9, name: "vi", uid: 0, user: "root" },
    at: "1970-01-01T00:00:00.000Z",
  });
  assert.equal(await drift("fake:b"), undefined);
});

test("D16: what flaps is among the conditions with who changes it, and why counts the authors of its last drifts", async () => {
  await using rig = await serveFakes(["a"]);
  rig.attributor.culprits.set("/a", {
    type: "process",
    process: { pid: 9, name: "sed", unit: "cron.service", user: "root" },
    evidence: "kernel-event",
    atMs: 0,
  });
  for (let repairs = 0; repairs < 3; repairs += 1) {
    rig.fakes.tamper("a", "bad");
    await rig.clock.advance(20_000);
    assert.equal(rig.fakes.values.get("a"), "good", "it is repaired all the same");
  }
  const fault = rig.served.conditions().get("fake:a");
  assert.equal(fault?.reason, "Flapping");
  assert.match(fault.message, /last drifts by: sed of cron\.service \(root\) \d times?$/);
  const reply = await ask(rig.served, ["GET", "resources", ":id/why", "fake:a"]);
  assert.ok(reply.type === "json" && isJsonObject(reply.value));
  assert.ok(isJsonObject(reply.value["drift"]) && isJsonObject(reply.value["condition"]));
  assert.equal(reply.value["condition"]["message"], fault.message);
  assert.deepEqual(reply.value["drift"]["authors"], [
    { name: "sed of cron.service (root)", times: 3, certainty: "certain" },
  ]);
});

test("D3: POST /reconcile observes everything", async () => {
  await using rig = await serveFakes(["a", "b"]);
  for (const name of ["a", "b"]) rig.fakes.tamperUnnoticed(name, "bad");
  await rig.clock.advance(1_000);
  assert.deepEqual([...rig.fakes.values.values()], ["bad", "bad"], "no watch reported it");
  const reply = await ask(rig.served, ["POST", "reconcile", ""]);
  assert.deepEqual(reply, { type: "json", status: 202, value: { asked: 2 } });
  await rig.clock.advance(1_000);
  assert.deepEqual([...rig.fakes.values.values()], ["good", "good"]);
});

test("control: ids that are not declared, or are none, are NotFound wherever an id is taken", async () => {
  await using rig = await serveFakes(["a"]);
  for (const id of ["fake:b", "a", "", "__proto__", "fake:"]) {
    for (const [method, component] of [
      ["GET", "resources"],
      ["POST", "reconcile"],
    ] as const) {
      await assert.rejects(ask(rig.served, [method, component, ":id", id]), { reason: "NotFound" });
    }
  }
});

test("control: an id that is not declared is answered with the one that may be meant", async () => {
  await using rig = await serveFakes(["alpha", "beta"]);
  const check = async (id: string, resolution: RegExp): Promise<void> => {
    for (const path of [":id", ":id/why"]) {
      await assert.rejects(ask(rig.served, ["GET", "resources", path, id]), { resolution });
    }
  };
  await check("fake:betta", /^Did you mean fake:beta\? Ask with/);
  await check("beta", /^Did you mean fake:beta\? /);
  await check("file:/etc/motd", /^Ask with one of the ids/);
  await check("x".repeat(5_000), /^Ask with one of the ids/);
});

test("control: a body of POST /pause that says no reason is refused, and nothing is paused", async () => {
  await using rig = await serveFakes(["a"]);
  for (const body of ["{", "7", '"text"', '{"reason": 7}', `{"reason": "${"x".repeat(501)}"}`]) {
    await assert.rejects(ask(rig.served, ["POST", "pause", ""], body), { reason: "InputInvalid" });
  }
  assert.equal(rig.served.paused(), undefined);
  for (const body of ["", "{}", '{"reason": "x"}']) {
    const reply = await ask(rig.served, ["POST", "pause", ""], body);
    assert.equal(reply.type === "json" && reply.status, 200);
  }
  assert.equal(rig.served.paused()?.reason, "x");
});

test("K5: POST /ledger/resolve settles the one-shot that it names, or what the ledger has lost, and nothing else", async () => {
  await using rig = await serveFakes(["a"]);
  const resolve = (body: object | string) =>
    ask(
      rig.served,
      ["POST", "ledger", "resolve"],
      typeof body === "string" ? body : JSON.stringify(body),
    );
  for (const key of ["one", "two"]) await rig.oneShots.begin(key, signal);
  for (const body of [
    "",
    "{",
    "[]",
    {},
    { key: "one" },
    { as: "done" },
    { key: "", as: "done" },
    { key: 1, as: "done" },
    { key: "one", as: "maybe" },
    { key: "one", lost: true, as: "again" },
    { lost: false, as: "again" },
    { key: "one", as: "done", all: true },
  ]) {
    await assert.rejects(resolve(body), { reason: "InputInvalid" }, JSON.stringify(body));
  }
  assert.equal(rig.oneShots.state("one"), "begun", "nothing was settled by mistake");
  await resolve({ key: "one", as: "done" });
  await resolve({ key: "two", as: "again" });
  assert.equal(rig.oneShots.state("one"), "done");
  assert.equal(rig.oneShots.state("two"), undefined);
  for (const key of ["one", "two", "three"]) {
    await assert.rejects(resolve({ key, as: "again" }), { reason: "NotFound" });
  }
  await assert.rejects(resolve({ lost: true, as: "done" }), { reason: "UsageInvalid" });
  const reply = await resolve({ lost: true, as: "again" });
  assert.equal(reply.type === "json" && reply.status, 200);
});

test("POST /run/<id>/<operation> does it once, with a key once for all, and answers with how the resource is then", async () => {
  await using rig = await serveFakes(["a"]);
  const run = async (body?: string) => {
    const question = ["POST", "run", ":id/:operation", "fake:a", "poke"] as const;
    const reply = await rig.clock.finish(ask(rig.served, question, body));
    assert.ok(reply.type === "json" && isJsonObject(reply.value));
    const { status, result } = reply.value;
    return [status, result !== undefined && isJsonObject(result) && result["status"]];
  };
  assert.deepEqual(await run(), ["done", "ok"]);
  assert.deepEqual(await run('{"key":"one"}'), ["done", "ok"]);
  assert.deepEqual(await run('{"key":"one"}'), ["repeated", "ok"]);
  assert.deepEqual(rig.fakes.namesOf("operate"), ["a", "a"]);
  for (const body of [
    "no",
    '{"key":1}',
    '{"key":""}',
    '{"kee":"a"}',
    `{"key":"${"x".repeat(201)}"}`,
  ]) {
    await assert.rejects(run(body), { reason: "InputInvalid" });
  }
  const unknown = ["POST", "run", ":id/:operation", "fake:a", "dance"] as const;
  await assert.rejects(ask(rig.served, unknown), { reason: "NotFound" });
});

test("who asked for an operation, a pause, its end and the end of a doubt is published", async () => {
  await using rig = await serveFakes(["a"]);
  const peer: Peer = { pid: 9, uid: 1000, gids: [] };
  const since = rig.events.length;
  const order = (asked: Asked, body = "") => ask(rig.served, asked, body, peer);
  await rig.clock.finish(order(["POST", "run", ":id/:operation", "fake:a", "poke"]), 60_000);
  await order(["POST", "pause", ""], '{"reason":"x"}');
  await order(["POST", "resume", ""]);
  await order(["POST", "resume", ""]);
  await order(["POST", "ledger", "resolve"], '{"lost":true,"as":"again"}');
  const requester = { uid: 1000 };
  const published = rig.events.slice(since).flatMap((event) => {
    if (event.type === "operated") return [["run", event.report.requester]];
    return event.type === "ordered" ? [[event.order.order, event.order.requester]] : [];
  });
  const orders = ["run", "pause", "resume", "resolve"];
  assert.deepEqual(
    published,
    orders.map((word) => [word, requester]),
  );
});

test("D14: an agent that stops refuses to act, and still answers", async () => {
  await using rig = await serveFakes(["a"]);
  rig.stop();
  for (const question of [
    ["POST", "reconcile", ""],
    ["POST", "reconcile", ":id", "fake:a"],
    ["POST", "reload", ""],
    ["POST", "pause", ""],
    ["POST", "resume", ""],
    ["POST", "ledger", "resolve"],
    ["POST", "run", ":id/:operation", "fake:a", "poke"],
  ] as const) {
    await assert.rejects(ask(rig.served, question), { reason: "Stopping" });
  }
  assert.equal((await ask(rig.served, ["GET", "resources", ""])).type, "pieces");
});

test("D18: a reload of a broken source answers with its fault, and of a good one with what is served", async () => {
  await using rig = await serveFakes(["a"]);
  const reload = () => ask(rig.served, ["POST", "reload", ""]);
  const good = { type: "json", status: 200, value: { generation: 3, resources: 1 } };
  assert.deepEqual(await reload(), good);
  rig.conditions.note({ type: "degraded", subject: "source", fault: FAULT });
  await assert.rejects(reload(), { reason: "InputInvalid", message: "a mistake" });
  rig.conditions.note({ type: "recovered", subject: "source" });
  assert.deepEqual(await reload(), good);
});

test("control: the condition of a resource that is no longer declared is forgotten", async () => {
  await using rig = await serveFakes(["a"]);
  for (const subject of ["fake:a", "fake:gone", "control", "watch:fake"]) {
    rig.conditions.note({ type: "degraded", subject, fault: FAULT });
  }
  assert.deepEqual([...rig.served.conditions().keys()], ["fake:a", "control", "watch:fake"]);
});

test("M10: nothing is overdue while the clock is served, and what is due and not done counts from when it was", async () => {
  await using rig = await serveFakes(["a"]);
  await rig.clock.advance(3_600_000);
  assert.equal(rig.served.engine.overdueMs(), 0);
  const late = rig.clock.monotonicMs.bind(rig.clock);
  // A machine that slept, or a loop that was blocked: the time is there and nothing rang.
  rig.clock.monotonicMs = () => late() + 86_400_000;
  assert.ok(rig.served.engine.overdueMs() > 80_000_000, String(rig.served.engine.overdueMs()));
  rig.clock.monotonicMs = late;
  assert.equal(rig.served.engine.overdueMs(), 0);
});
