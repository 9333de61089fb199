import assert from "node:assert/strict";
import { test } from "node:test";
import { change, Fault, type Plan, type Result, resourceId } from "@holdfast/core";
import { errorJson } from "./error-json.ts";
import { planJson } from "./plan-json.ts";
import { reportJson } from "@holdfast/agent/control";

const root = { uid: 0 };
const id = resourceId("file", "/a");
const result: Result = {
  id,
  status: "changed",
  cause: "drift",
  changes: [change("mode", "0600", "0644")],
  durationMs: 2,
};
const summary = {
  ok: 0,
  changed: 1,
  failed: 0,
  skipped: 0,
  noop: 0,
  denied: 0,
  unknown: 0,
  total: 1,
  durationMs: 2,
};
const modeJson = { path: "mode", from: "0600", to: "0644", action: "replace" };

test("JSON: a plan has the promised form", () => {
  const changed = { create: 0, update: 1, delete: 0, refresh: 0 };
  const counts = { ...changed, skip: 1, inSync: 0, unknown: 1, refused: 0 };
  const fault = new Fault({ reason: "HostFailed", message: "m", resolution: "r" }).toJSON();
  const plan: Plan = {
    generation: 7,
    digest: "d",
    actions: [
      {
        id,
        verb: "update",
        risk: "benign",
        cause: "intent",
        changes: [change("mode", undefined, "0644")],
      },
      {
        id,
        verb: "skip",
        risk: "benign",
        cause: "intent",
        changes: [],
        blockedBy: id,
        fault,
      },
    ],
    summary: counts,
    orphans: [{ id, why: "it stays" }],
    warnings: [],
    diagnostics: [],
  };
  assert.deepEqual(planJson(plan, root), {
    apiVersion: "holdfast/v1",
    generation: 7,
    digest: "d",
    actions: [
      {
        id: "file:/a",
        verb: "update",
        risk: "benign",
        changes: [{ path: "mode", from: null, to: "0644", action: "add" }],
      },
      {
        id: "file:/a",
        verb: "skip",
        risk: "benign",
        changes: [],
        blockedBy: "file:/a",
        reason: "HostFailed: m",
        fault,
      },
    ],
    summary: counts,
    orphans: [{ id, why: "it stays" }],
    warnings: [],
    diagnostics: [],
  });
});

test("JSON: a report has the promised form", () => {
  const orphans = [{ id, why: "it stays" }];
  const report = { generation: 7, digest: "d", results: [result], summary, orphans };
  assert.deepEqual(reportJson(report, root), {
    apiVersion: "holdfast/v1",
    generation: 7,
    digest: "d",
    results: [
      { id: "file:/a", status: "changed", cause: "drift", changes: [modeJson], durationMs: 2 },
    ],
    summary,
    orphans,
  });
});

test("JSON: an error has its reason, message, resolution, and diagnostics where there are some", () => {
  const fields = { reason: "InputInvalid", message: "m", resolution: "r" } as const;
  assert.deepEqual(errorJson(new Fault(fields), []), { error: fields });
  const location = { file: "/w.yaml", line: 3, column: 5 };
  const diagnostic = {
    severity: "error",
    address: "file:/a",
    location,
    summary: "s",
    detail: "d",
  } as const;
  assert.deepEqual(errorJson(new Fault(fields), [diagnostic]), {
    error: { ...fields, diagnostics: [diagnostic] },
  });
});

test("JSON: a value that not everyone may read is shown to root only", () => {
  const secret = {
    ...result,
    changes: [{ ...change("content", "old", "new"), isPrivate: true as const }],
  };
  const report = { generation: 1, digest: "d", results: [secret], summary };
  assert.doesNotMatch(JSON.stringify(reportJson(report, { uid: 1000 })), /"old"|"new"|isPrivate/);
  assert.match(JSON.stringify(reportJson(report, { uid: 1000 })), /‹not world-readable›/);
  assert.match(JSON.stringify(reportJson(report, root)), /"from":"old","to":"new"/);
});
