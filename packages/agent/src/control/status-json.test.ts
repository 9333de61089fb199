import assert from "node:assert/strict";
import { test } from "node:test";
import { change, type ResourceStatus, resourceId } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import { serveFakes } from "./testing/served-resources.ts";
import { agentStatusJson, resourceJson } from "./status-json.ts";

const id = resourceId("file", "/a");

function shown(status: ResourceStatus): string {
  const clock = new VirtualClock(5_000);
  return JSON.stringify(resourceJson({ id, status, isWatched: true }, clock)["status"]);
}

test("F2: the agent's status counts every resource by type and by compliance, and names both generations", async () => {
  await using rig = await serveFakes(["a", "b", "c"]);
  rig.fakes.trouble.set("observe:b", "unknown");
  rig.fakes.tamper("b", "bad");
  await rig.clock.advance(1_000);
  const json = await agentStatusJson(rig.served, async (work) => work());
  assert.deepEqual(json["statuses"], { Ready: 2, Unknown: 1 });
  assert.deepEqual(json["compliance"], { compliant: 2, unknown: 1 });
  assert.deepEqual([json["generation"], json["observedGeneration"], json["resources"]], [3, 3, 3]);
});

test("times are wall clock, whatever the monotonic one says", () => {
  const fault = { reason: "HostFailed", message: "m", resolution: "r", retry: "backoff" } as const;
  const text = shown({ type: "Failed", fault, sinceMs: 4_000, retryAtMs: 6_000 });
  const wallMs = new VirtualClock(5_000).wallMs();
  assert.match(text, new RegExp(`"since":"${new Date(wallMs - 1_000).toISOString()}"`));
  assert.match(text, new RegExp(`"retryAt":"${new Date(wallMs + 1_000).toISOString()}"`));
  const never = shown({ type: "Failed", fault, sinceMs: 4_000, retryAtMs: Infinity });
  assert.doesNotMatch(never, /retryAt/, "no attempt is planned");
});

test("B4: values that not everyone may read are not in a status, and long values are shown by their size", () => {
  const secret = { ...change("content", "hush", "husher"), isPrivate: true } as const;
  const long = change("content", "x".repeat(5_000), "short");
  const text = shown({ type: "Drifted", changes: [secret, long], sinceMs: 0 });
  assert.doesNotMatch(text, /hush|xxx/);
  assert.match(text, /‹5000 characters›/);
  assert.match(text, /short/);
});

test("D11: the missing conditions of a waiting resource are in its status and in its message", () => {
  const reason = "/srv is no mount point";
  const status: ResourceStatus = { type: "Waiting", for: "condition", reason, sinceMs: 0 };
  const { status: shownStatus, view } = resourceJson(
    { id, status, isWatched: true },
    new VirtualClock(5_000),
  );
  assert.match(JSON.stringify(shownStatus), /"for":"condition","reason":"\/srv is no mount point"/);
  assert.match(JSON.stringify(view), /waits for a condition: \/srv is no mount point/);
});
