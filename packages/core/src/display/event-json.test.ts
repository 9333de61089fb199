import assert from "node:assert/strict";
import { test } from "node:test";
import { change } from "../change.ts";
import type { EngineEvent } from "../event.ts";
import { Fault } from "../fault/fault.ts";
import { resourceId } from "../id.ts";
import type { JsonObject } from "../json.ts";
import { type Result, summarize } from "../result.ts";
import { eventJson } from "./event-json.ts";
import { HIDDEN } from "./redact.ts";

const at = "2026-01-02T03:04:05.678Z";
const id = resourceId("file", "/a");
const changes = [change("mode", "0600", "0644")];
const changesShown = [{ path: "mode", from: "0600", to: "0644", action: "replace" }];
const result: Result = { id, status: "changed", cause: "drift", changes, durationMs: 2 };
const resultShown = { id, status: "changed", cause: "drift", changes: changesShown, durationMs: 2 };
const fault = new Fault({ reason: "HostFailed", message: "m", resolution: "r" }).toJSON();
const faultShown = { reason: "HostFailed", message: "m", resolution: "r", retry: "backoff" };

function shown(event: EngineEvent, uid = 0): JsonObject | undefined {
  return eventJson(event, { reader: { uid }, at });
}

test("an event as JSON has its type, its time and all its fields", () => {
  const counts = { resources: 3, watched: 2, polled: 1 };
  const published: readonly (readonly [EngineEvent, JsonObject])[] = [
    [
      { type: "started", generation: 7, resources: 3 },
      { apiVersion: "holdfast/v1", generation: 7, resources: 3 },
    ],
    [{ type: "watching", ...counts }, counts],
    [
      { type: "progress", id, message: "half" },
      { id, message: "half" },
    ],
    [
      { type: "drift", id, trigger: "rename", isFromWatch: true, changes },
      { id, trigger: "rename", changes: changesShown },
    ],
    [
      { type: "result", result, latencyMs: 1.5 },
      { ...resultShown, latencyMs: 1.5 },
    ],
    [
      { type: "degraded", subject: "source", fault },
      { subject: "source", fault: faultShown },
    ],
    [
      { type: "attributed", id, author: { words: "w" } },
      { id, author: { words: "w" } },
    ],
    [
      { type: "ordered", order: { order: "forget", id, requester: { uid: 1, user: "a" } } },
      { order: "forget", id, requester: { uid: 1, user: "a", words: "a (uid 1)" } },
    ],
    [
      { type: "ordered", order: { order: "pause", detail: "why" } },
      { order: "pause", detail: "why", subject: "agent" },
    ],
    [{ type: "recovered", subject: "source" }, { subject: "source" }],
    [
      { type: "reloaded", generation: 8, resources: 4 },
      { generation: 8, resources: 4 },
    ],
  ];
  for (const [event, rest] of published) {
    assert.deepEqual(shown(event), { type: event.type, at, ...rest });
  }
});

test("an event as JSON: the end says why and how much; a beginning is not published", () => {
  const summary = summarize([result], 2);
  const stopped: EngineEvent = { type: "stopped", reason: "stopped by SIGTERM", summary };
  assert.deepEqual(shown(stopped), {
    type: "stopped",
    at,
    reason: "stopped by SIGTERM",
    summary: { ...summary },
  });
  assert.equal(shown({ type: "reconciling", id }), undefined);
});

test("a result as JSON says what held it back and why it failed, and has no field for what did not happen", () => {
  const by = resourceId("file", "/b");
  const held: Result = {
    ...result,
    status: "skipped",
    changes: [],
    fault,
    blockedBy: by,
    reason: "waits",
  };
  assert.deepEqual(shown({ type: "result", result: held, latencyMs: 0 }), {
    type: "result",
    at,
    ...resultShown,
    status: "skipped",
    changes: [],
    fault: faultShown,
    blockedBy: by,
    reason: "waits",
    latencyMs: 0,
  });
});

test("changes as JSON: null where there is nothing, and what is private only for root", () => {
  const secret = { ...change("content", "old", "new"), isPrivate: true as const };
  const event: EngineEvent = {
    type: "drift",
    id,
    trigger: "",
    isFromWatch: true,
    changes: [change("target", undefined, "/b"), secret],
  };
  const added = { path: "target", from: null, to: "/b", action: "add" };
  const replaced = { path: "content", from: HIDDEN, to: HIDDEN, action: "replace" };
  assert.deepEqual(shown(event, 1000)?.["changes"], [added, replaced]);
  assert.deepEqual(shown(event)?.["changes"], [added, { ...replaced, from: "old", to: "new" }]);
});
