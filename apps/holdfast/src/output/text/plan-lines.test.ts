import assert from "node:assert/strict";
import { test } from "node:test";
import { change, Fault, type Plan, type PlannedAction, resourceId } from "@holdfast/core";
import { plainText } from "./line.ts";
import { planLines } from "./plan-lines.ts";

const EMPTY = {
  create: 0,
  update: 0,
  delete: 0,
  refresh: 0,
  skip: 0,
  inSync: 0,
  unknown: 0,
  refused: 0,
};

function action(name: string, rest: Partial<PlannedAction>): PlannedAction {
  const id = resourceId("file", name);
  return { id, verb: "update", risk: "benign", cause: "intent", changes: [], ...rest };
}

function check(plan: Partial<Plan>, expected: readonly string[]): void {
  const blank = { generation: 1, digest: "d", actions: [], summary: EMPTY, warnings: [] };
  const lines = planLines({ ...blank, diagnostics: [], ...plan }, { reader: { uid: 0 } });
  assert.deepEqual(lines.map(plainText), expected);
}

test("plan: a machine in sync has one line", () => {
  check({ summary: { ...EMPTY, inSync: 12 } }, ["Plan: 12 in sync."]);
  check({}, ["Plan: nothing."]);
});

test("plan: every action with its changes, then the counts that are not zero", () => {
  const fault = new Fault({
    reason: "PermissionDenied",
    message: "/c may not be read",
    resolution: "Run as root.",
  }).toJSON();
  check(
    {
      actions: [
        action("/a", {
          verb: "create",
          changes: [change("state", undefined, "present"), change("mode", undefined, "0644")],
        }),
        action("/b", { changes: [change("mode", "0600", "0644")], reason: "after directory:/srv" }),
        action("/c", { verb: "skip", fault }),
        action("/d", { verb: "skip", blockedBy: resourceId("file", "/c") }),
        action("/e", { verb: "refresh" }),
        action("/f", { verb: "delete", changes: [change("state", "present", undefined)] }),
        action("/g", { verb: "create", reason: "will be refused: PermissionDenied", fault }),
      ],
      summary: {
        ...EMPTY,
        create: 1,
        update: 1,
        delete: 1,
        refresh: 1,
        skip: 2,
        unknown: 1,
        refused: 1,
      },
      warnings: ["take care"],
    },
    [
      "+ file:/a",
      "    mode: 0644",
      "~ file:/b  after directory:/srv",
      "    mode: 0600 → 0644",
      "! file:/c  skipped",
      "    PermissionDenied: /c may not be read",
      "    → Run as root.",
      "· file:/d  skipped, blocked by file:/c",
      "* file:/e  refresh",
      "- file:/f",
      "! file:/g  will be refused: PermissionDenied",
      "    PermissionDenied: /c may not be read",
      "    → Run as root.",
      "warning: take care",
      "Plan: 1 to create, 1 to update, 1 to delete, 1 to refresh, 1 will be refused, 1 skipped, 1 unknown.",
    ],
  );
});

test("plan: a name cannot write to the terminal", () => {
  check({ actions: [action("/a\u001b[2J\n", {})], summary: { ...EMPTY, update: 1 } }, [
    "~ file:/a\\e[2J\\n",
    "Plan: 1 to update.",
  ]);
});

test("plan: a diagnostic says where, what and this case", () => {
  check(
    {
      diagnostics: [
        {
          severity: "warning",
          address: "host.inShard",
          location: { file: "/web.ts", line: 3, column: 5 },
          summary: "No stable id",
          detail: "This machine has none.",
        },
      ],
    },
    [
      "warning: /web.ts:3:5: No stable id (host.inShard)",
      "    This machine has none.",
      "Plan: nothing.",
    ],
  );
});
