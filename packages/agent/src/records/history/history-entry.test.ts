import assert from "node:assert/strict";
import { test } from "node:test";
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
