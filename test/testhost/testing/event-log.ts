import assert from "node:assert/strict";
import * as fs from "node:fs";
import type { TestHost } from "../test-host.ts";

const DIRECTORY = "/var/log/holdfast";

/** What the event log of a machine says of one resource. */
export interface LoggedEvent {
  readonly id: string;
  /** By the wall clock, in milliseconds. */
  readonly atMs: number;
  readonly reason: string;
  /** What noticed a drift; empty for other events. */
  readonly trigger: string;
}

/** The events of resources in a machine's log from a moment on, oldest first. */
export function eventsSince(host: TestHost, sinceMs: number): readonly LoggedEvent[] {
  const directory = host.at(DIRECTORY);
  const lines = fs
    .readdirSync(directory)
    .sort()
    .flatMap((file) => fs.readFileSync(`${directory}/${file}`, "utf8").split("\n"));
  return lines.flatMap(eventIn).filter(({ atMs }) => atMs >= sinceMs);
}

/** None for a line that is of no resource, or that is being written. */
function eventIn(line: string): readonly LoggedEvent[] {
  if (!/"reason":"(?:Drift|Changed)".*\}$/.test(line)) return [];
  const event: unknown = JSON.parse(line);
  assert.ok(typeof event === "object" && event !== null && "ts" in event && "data" in event);
  const { ts, data } = event;
  assert.ok(typeof data === "object" && data !== null && "id" in data && "reason" in event);
  const trigger = "trigger" in data ? String(data.trigger) : "";
  const atMs = Date.parse(String(ts));
  return [{ id: String(data.id), atMs, reason: String(event.reason), trigger }];
}
