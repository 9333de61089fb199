import assert from "node:assert/strict";
import { test } from "node:test";
import { change, type EngineEvent, Fault, type Result, resourceId } from "@holdfast/core";
import { plainText } from "./line.ts";
import { resultLines, resultSummaryLine } from "./result-lines.ts";
import { serveLines } from "./serve-lines.ts";

const id = resourceId("file", "/etc/motd");
const fault = new Fault({
  reason: "DiskFull",
  message: "no space",
  resolution: "Free some.",
}).toJSON();
const changed: Result = {
  id,
  status: "changed",
  cause: "intent",
  changes: [change("mode", "0600", "0644")],
  durationMs: 3.14,
};
const summary = {
  ok: 2,
  changed: 1,
  failed: 0,
  skipped: 0,
  noop: 0,
  denied: 0,
  unknown: 1,
  total: 4,
  durationMs: 1234,
};

function check(event: EngineEvent, expected: readonly string[], isBounded = false): void {
  const lines = serveLines(event, { reader: { uid: 0 }, isBounded, time: "12:00:00.000" });
  assert.deepEqual(lines.map(plainText), expected);
}

test("results: the status of a resource, its changes and its fault", () => {
  const lines = (result: Result) => resultLines(result, { reader: { uid: 0 } }).map(plainText);
  assert.deepEqual(lines(changed), ["✓ file:/etc/motd  changed, 3.1 ms", "    mode: 0600 → 0644"]);
  assert.deepEqual(lines({ ...changed, cause: "drift", changes: [] }), [
    "✓ file:/etc/motd  repaired, 3.1 ms",
  ]);
  assert.deepEqual(lines({ ...changed, status: "failed", changes: [], fault }), [
    "✗ file:/etc/motd  failed, 3.1 ms",
    "    DiskFull: no space",
    "    → Free some.",
  ]);
  const blockedBy = resourceId("exec", "build");
  assert.deepEqual(lines({ ...changed, status: "skipped", changes: [], blockedBy }), [
    "· file:/etc/motd  skipped, blocked by exec:build, 3.1 ms",
  ]);
});

test("serve: a failure that was shown is one line when it comes again", () => {
  const result: Result = { ...changed, status: "failed", changes: [], fault };
  const view = { reader: { uid: 0 }, isBounded: false, time: "12:00:00.000" };
  const again = serveLines({ type: "result", result, latencyMs: 5 }, { ...view, repeats: 3 });
  assert.deepEqual(again.map(plainText), [
    "12:00:00.000 ✗ file:/etc/motd  failed as before: DiskFull, 3 times now, 5.0 ms",
  ]);
});

test("serve: who made a resource drift, and what a person ordered, is a line each", () => {
  check({ type: "attributed", id, author: { words: "sh wrote it" } }, [
    "12:00:00.000 author file:/etc/motd  sh wrote it",
  ]);
  const requester = { uid: 0, user: "root" };
  check({ type: "ordered", order: { order: "adopt", id, requester } }, [
    "12:00:00.000 adopt of file:/etc/motd, asked for by root (uid 0)",
  ]);
});

test("results: a summary has only the counts that are not zero", () => {
  assert.equal(
    plainText(resultSummaryLine("Applied", summary)),
    "Applied: 1 changed, 1 unknown, 2 in sync in 1.2 s.",
  );
});

test("D13: without a timeout one line says that it watches, how many, and how", () => {
  check({ type: "watching", resources: 15, watched: 12, polled: 3 }, [
    "12:00:00.000 watching 15 resources: 12 by events of the operating system, 3 by observing again",
  ]);
  check({ type: "stopped", reason: "stopped by SIGTERM", summary }, [
    "12:00:00.000 stopped: stopped by SIGTERM",
  ]);
});

test("D12: with a timeout a summary ends it", () => {
  check(
    { type: "stopped", reason: "nothing changed for 5 s", summary },
    [
      "12:00:00.000 stopped: nothing changed for 5 s",
      "Served: 1 changed, 1 unknown, 2 in sync in 1.2 s.",
    ],
    true,
  );
});

test("serve: drift shows its trigger, the repair its duration", () => {
  const changes = [change("content", "old", "new")];
  check({ type: "drift", id, trigger: "change", isFromWatch: true, changes }, [
    "12:00:00.000 drift file:/etc/motd  trigger: change",
    "    content: old → new",
  ]);
  check({ type: "result", result: { ...changed, cause: "drift" }, latencyMs: 1.26 }, [
    "12:00:00.000 ✓ file:/etc/motd  repaired, 1.3 ms",
  ]);
});

test("serve: a condition is printed, and its end", () => {
  check({ type: "degraded", subject: "watch of /srv", fault }, [
    "12:00:00.000 degraded watch of /srv",
    "    DiskFull: no space",
    "    → Free some.",
  ]);
  check({ type: "recovered", subject: "watch of /srv" }, ["12:00:00.000 recovered watch of /srv"]);
  check({ type: "reconciling", id }, []);
});
