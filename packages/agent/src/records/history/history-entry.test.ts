import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "@holdfast/core";
import type { EventRecord } from "@holdfast/daemonkit/eventlog";
import { historyEntryOf } from "./history-entry.ts";

const HEAD = { ts: "t", level: "info", reason: "R", msg: "m", operationId: "run", hostId: "h" };

test("a history has changes, refreshes, removals, operations and failures with their cause, and nothing of what was held back", () => {
  const said = (data: EventRecord["data"]): readonly unknown[] => {
    const entry = historyEntryOf({ ...HEAD, level: "info", data: { id: "file:/a", ...data } });
    return entry === undefined ? [] : [entry.type, entry.cause, entry.what];
  };
  const mode = [{ path: "mode", from: "0600", to: "0644", action: "replace" }];
  const result = { type: "result", status: "changed", cause: "intent" };
  assert.deepEqual(said({ ...result, changes: mode }), ["changed", "intent", ""]);
  assert.deepEqual(said({ ...result, changes: [] }), ["refreshed", "intent", ""]);
  assert.deepEqual(said({ ...result, changes: mode, isRemoval: true }), ["removed", "intent", ""]);
  assert.deepEqual(said({ ...result, status: "denied" }), ["failed", "intent", ""]);
  assert.deepEqual(said({ ...result, status: "skipped" }), []);
  assert.deepEqual(said({ type: "drift", trigger: "rename" }), ["drifted", "drift", "rename"]);
  const operated = { type: "operated", operation: "restart" };
  assert.deepEqual(said({ ...operated, status: "done" }), [
    "operated",
    "operator",
    "restart: done",
  ]);
  assert.deepEqual(said({ ...operated, status: "failed" })[0], "failed");
  assert.deepEqual(said({ type: "degraded", subject: "x" }), []);
});

test("a history says who made a resource drift, and who asked for an operation or had something forgotten", () => {
  const said = (data: JsonObject): readonly unknown[] => {
    const entry = historyEntryOf({ ...HEAD, level: "info", data });
    return entry === undefined ? [] : [entry.type, entry.id, entry.what, entry.by];
  };
  const id = "file:/a";
  const requester = { uid: 0, words: "root (uid 0)" };
  const author = { type: "process", words: "sh wrote it" };
  assert.deepEqual(said({ type: "attributed", id, author }), ["attributed", id, "", "sh wrote it"]);
  const operated = { type: "operated", id, operation: "restart", status: "done", requester };
  assert.deepEqual(said(operated), ["operated", id, "restart: done", "root (uid 0)"]);
  const ordered = { type: "ordered", order: "forget", requester };
  assert.deepEqual(said({ ...ordered, id }), ["ordered", id, "forget", "root (uid 0)"]);
  const resolved = { ...ordered, order: "resolve", detail: "k: it was done", subject: "agent" };
  assert.deepEqual(said(resolved), ["ordered", "agent", "resolve, k: it was done", "root (uid 0)"]);
});
