import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync } from "node:fs";
import { test } from "node:test";
import { change, type EngineEvent, type ResultStatus, resourceId } from "@holdfast/core";
import { openOutput } from "../output/open-output.ts";
import type { Surroundings } from "../surroundings.ts";
import { isJournalStream } from "./journal-stream.ts";
import { priorityOf } from "./priority.ts";

const id = resourceId("file", "/etc/secret");
const changes = [{ ...change("content", "old-secret", "new-secret"), isPrivate: true as const }];

test("journal: a stream is the journal's only when JOURNAL_STREAM names its device and inode", () => {
  const fileDescriptor = openSync("/dev/null", "r");
  const { dev, ino } = fstatSync(fileDescriptor, { bigint: true });
  const check = (named: string | undefined, expected: boolean): void => {
    assert.equal(isJournalStream(fileDescriptor, { JOURNAL_STREAM: named }), expected, named);
  };
  check(`${dev}:${ino}`, true);
  check(`${dev}:${ino + 1n}`, false);
  check(`${dev + 1n}:${ino}`, false);
  for (const named of [undefined, "", ":", "x"]) check(named, false);
  closeSync(fileDescriptor);
  check(`${dev}:${ino}`, false);
});

test("journal: failures are errors, degraded is a warning, drift and repairs are notices", () => {
  const result = (status: ResultStatus, cause: "intent" | "drift" = "intent") =>
    priorityOf({
      type: "result",
      result: { id, status, cause, changes: [], durationMs: 1 },
      latencyMs: 1,
    });
  for (const status of ["failed", "denied", "unknown"] as const) assert.equal(result(status), 3);
  assert.equal(result("skipped"), 4);
  assert.equal(result("changed", "drift"), 5);
  assert.equal(result("changed"), 6);
  assert.equal(priorityOf({ type: "drift", id, trigger: "watch", isFromWatch: true, changes }), 5);
  assert.equal(priorityOf({ type: "recovered", subject: "source" }), 6);
});

test("journal: lines have their priority and no time; what is private is hidden although root prints it", async () => {
  for (const out of ["serial", "json"] as const) {
    const text = await printed(
      { type: "drift", id, trigger: "watch", isFromWatch: true, changes },
      out,
    );
    assert.doesNotMatch(text, /old-secret|new-secret/);
    if (out === "serial") {
      for (const line of text.trim().split("\n")) assert.match(line, /^<5>/);
      assert.match(text, /^<5>drift file:\/etc\/secret/);
    } else assert.match(text, /^\{/);
  }
});

/** What a serving agent of root's prints of an event, with the journal as its reader. */
async function printed(event: EngineEvent, mode: "serial" | "json"): Promise<string> {
  let text = "";
  const stream = { write: (more: string) => (text += more) };
  const surroundings: Surroundings = {
    environment: {},
    directory: "/",
    userId: 0,
    program: [],
    stdout: stream,
    stderr: stream,
    journal: { stdout: true, stderr: true },
  };
  const output = await openOutput({ mode, shape: "stream", surroundings });
  output.events(event);
  await output.close();
  return text;
}
