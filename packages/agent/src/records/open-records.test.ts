import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
  type EngineEvent,
  type Fault,
  parseResourceId,
  type Result,
  silentLog,
} from "@holdfast/core";
import { seededRandom, VirtualClock } from "@holdfast/testing";
import { createPublishedEvents } from "../control/published-events.ts";
import { runName } from "./run-name.ts";
import { openRecords, type RecordsOptions } from "./open-records.ts";
import { lastRecords, verifyRecords } from "./read-records.ts";

const { signal } = new AbortController();
const id = parseResourceId("file:/etc/motd") ?? assert.fail();
const secret = {
  path: "content",
  from: "old",
  to: "hunter2",
  action: "replace",
  isPrivate: true,
} as const;

function result(status: Result["status"], more: Partial<Result> = {}): EngineEvent {
  const changes = status === "changed" ? [secret] : [];
  return {
    type: "result",
    result: { id, status, cause: "drift", changes, durationMs: 5, ...more },
    latencyMs: 7,
  };
}

const fault = {
  reason: "DiskFull",
  message: "full",
  resolution: "Free some.",
  retry: "backoff",
} as const;
const RUN: readonly EngineEvent[] = [
  { type: "started", generation: 3, resources: 1 },
  result("ok"),
  { type: "watching", resources: 1, watched: 1, polled: 0 },
  { type: "drift", id, trigger: "change", isFromWatch: true, changes: [secret] },
  { type: "reconciling", id },
  { type: "progress", id, message: "writing" },
  result("failed", { fault }),
  result("changed"),
  result("ok"),
  { type: "degraded", subject: "source", fault },
  { type: "recovered", subject: "source" },
  { type: "reloaded", generation: 4, resources: 1 },
];

async function withRoot(work: (root: string) => Promise<void>): Promise<void> {
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-records-"));
  try {
    await work(root);
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

function open(root: string, more: Partial<RecordsOptions> = {}) {
  const [clock, random] = [new VirtualClock(), seededRandom(1)];
  return openRecords({
    root,
    command: "serve",
    run: runName("serve", { clock, random }),
    hostId: "host-1",
    clock,
    random,
    log: silentLog,
    onCondition: () => {},
    ...more,
  });
}

const logOf = (root: string): string =>
  fs.readFileSync(join(root, "var/log/holdfast/events-000001.jsonl"), "utf8");

suite("records of an agent", () => {
  test("M11: the events of clients are on record, the same and nothing else, with every required field and no secret", async () => {
    await withRoot(async (root) => {
      const clock = new VirtualClock();
      const published = createPublishedEvents(clock);
      {
        await using records = open(root, { clock });
        for (const event of RUN) {
          published.tell(event);
          records.tell(event);
        }
      }
      const [, ...kept] = await lastRecords({ root }, { limit: 100 }, signal);
      const expected = published.stream.since(undefined).events.map(({ data }) => data);
      assert.deepEqual(kept, expected);
      assert.equal(
        kept.length,
        RUN.length - 3,
        "no observation without news, and not what is under way",
      );
      const text = logOf(root);
      assert.doesNotMatch(text, /hunter2/);
      for (const line of text.trim().split("\n")) {
        const { ts, level, reason, msg, operationId, hostId } = JSON.parse(line) as Record<
          string,
          string
        >;
        assert.ok(ts && level && reason && msg && operationId && hostId, line);
        assert.match(operationId, /^serve-20231114T221321Z-[0-9a-f]{8}$/);
        assert.equal(hostId, "host-1");
      }
      const reasons = text
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { reason: string }).reason);
      assert.deepEqual(reasons, [
        "EventLogBegun",
        "AgentStarted",
        "AgentWatching",
        "Drift",
        "Progress",
        "DiskFull",
        "Changed",
        "DiskFull",
        "Recovered",
        "ManifestReloaded",
      ]);
      assert.equal(fs.statSync(join(root, "var/log/holdfast")).mode & 0o7777, 0o750);
      assert.equal((await verifyRecords({ root }, undefined, signal)).verdict.type, "intact");
    });
  });

  test("M11: an apply that changes nothing, and an idle pass, touch nothing; one with news begins with its start", async () => {
    await withRoot(async (root) => {
      {
        await using records = open(root, { command: "apply" });
        records.tell({ type: "started", generation: 3, resources: 1 });
        records.tell(result("ok"));
      }
      assert.deepEqual(fs.readdirSync(root), []);
      await using records = open(root, { command: "apply" });
      for (const event of RUN.slice(0, 2)) records.tell(event);
      records.tell(result("changed"));
      await records[Symbol.asyncDispose]();
      assert.match(logOf(root), /AgentStarted[^]*Changed/);
      const sizeBytes = logOf(root).length;
      {
        await using idle = open(root);
        idle.tell(result("ok"));
        idle.tell({ type: "reconciling", id });
      }
      assert.equal(logOf(root).length, sizeBytes);
    });
  });

  test("M11: a log that cannot be written is a condition, events meanwhile are written when it can be", async () => {
    await withRoot(async (root) => {
      fs.writeFileSync(join(root, "var"), "in the way");
      const clock = new VirtualClock();
      const conditions: (Fault | undefined)[] = [];
      await using records = open(root, {
        clock,
        onCondition: (condition) => conditions.push(condition),
      });
      records.tell(result("changed"));
      await until(() => conditions.length === 1);
      assert.equal(conditions[0]?.reason, "EventLogUnavailable");
      assert.match(conditions[0].message, /the event log cannot be written/);
      fs.rmSync(join(root, "var"));
      await clock.advance(1_000);
      await until(() => conditions.length === 2);
      assert.equal(conditions[1], undefined);
      assert.match(logOf(root), /"reason":"Changed"/);
    });
  });

  test("M11: a link that leads the log out of the root is a condition, and nothing is written outside", async () => {
    await withRoot(async (root) => {
      const outside = join(root, "outside");
      fs.mkdirSync(outside);
      fs.mkdirSync(join(root, "inside/var"), { recursive: true });
      fs.symlinkSync(outside, join(root, "inside/var/log"));
      const conditions: (Fault | undefined)[] = [];
      await using records = open(join(root, "inside"), {
        onCondition: (each) => conditions.push(each),
      });
      records.tell(result("changed"));
      await until(() => conditions.length === 1);
      assert.match(conditions[0]?.message ?? "", /leads out of/);
      assert.deepEqual(fs.readdirSync(outside), []);
    });
  });

  test("M12: the monitor prunes at its start and each hour, and what went is on record", async () => {
    await withRoot(async (root) => {
      const clock = new VirtualClock();
      const directory = join(root, "var/log/holdfast");
      await using records = open(root, { clock, keep: { files: 1 } });
      const [monitor] = records.monitors;
      assert.equal(monitor?.name, "pruning");
      for (let day = 0; day < 4; day += 1) {
        records.tell(result("changed"));
        await until(() =>
          textOf(join(directory, `events-00000${day + 1}.jsonl`)).includes("Changed"),
        );
        clock.jumpWall(86_400_000);
      }
      const stop = new AbortController();
      const running = monitor.run({ log: silentLog, connectivity: () => {} }, stop.signal);
      await until(() => textOf(join(directory, "events-000005.jsonl")).includes("EventsPruned"));
      assert.deepEqual(
        fs.readdirSync(directory).toSorted(),
        [3, 4, 5].map((n) => `events-00000${n}.jsonl`),
      );
      const kept = await lastRecords({ root }, { limit: 1 }, signal);
      assert.equal(kept[0]?.["type"], "EventsPruned");
      assert.match(JSON.stringify(kept[0]), /events-000001.jsonl, events-000002.jsonl"/);
      await clock.advance(3_600_000);
      await until(() => !fs.existsSync(join(directory, "events-000003.jsonl")));
      assert.ok(fs.existsSync(join(directory, "events-000004.jsonl")));
      stop.abort();
      await running;
      assert.equal((await verifyRecords({ root }, undefined, signal)).verdict.type, "intact");
    });
  });
});

function textOf(path: string): string {
  return fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "";
}

/** Waits, in real time, for what the real disk does. */
async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (performance.now() < endMs) {
    if (isSo()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail("it did not come to pass");
}
