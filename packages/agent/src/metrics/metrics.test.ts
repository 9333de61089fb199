import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import { serveFakes } from "../control/testing/served-resources.ts";
import { Metrics } from "./metrics.ts";

/** The values of a metric by its labels, as written. */
function valuesOf(text: string, name: string): Record<string, number> {
  const lines = text.split("\n").filter((line) => new RegExp(`^${name}[{ ]`).test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(name.length, at), Number(line.slice(at + 1))];
    }),
  );
}

test("metrics: a drift, its repair and how long it took are counted by kind", async () => {
  await using rig = await serveFakes(["a", "b"]);
  const metrics = new Metrics(rig.clock);
  const before = rig.events.length;
  for (const name of ["a", "b"]) rig.fakes.tamper(name, "bad");
  await rig.clock.advance(2_000);
  for (const event of rig.events.slice(before)) metrics.note(event);
  const text = metrics.text(rig.served);
  assert.deepEqual(valuesOf(text, "holdfast_drifts_total"), { '{kind="fake"}': 2 });
  assert.deepEqual(valuesOf(text, "holdfast_repairs_total"), { '{kind="fake"}': 2 });
  assert.deepEqual(valuesOf(text, "holdfast_changes_total"), {});
  const count = valuesOf(text, "holdfast_repair_latency_seconds_count");
  assert.deepEqual(count, { '{kind="fake"}': 2 });
  assert.deepEqual(valuesOf(text, "holdfast_resources"), { '{status="Ready"}': 2 });
  assert.deepEqual(valuesOf(text, "holdfast_generation"), { "": 3 });
});

test("metrics: failures are counted by reason, watches by kind, observations by how long they took", async () => {
  await using rig = await serveFakes(["a"]);
  const metrics = new Metrics(rig.clock);
  const fault = new Fault({ reason: "WatchFailed", message: "m", resolution: "r" }).toJSON();
  metrics.note({ type: "degraded", subject: "watch:fake", fault });
  metrics.note({ type: "recovered", subject: "watch:fake" });
  metrics.note({ type: "degraded", subject: "source", fault });
  // A denial that stays is no news, and a run that failed all the same.
  for (const verdict of ["failed", "denied", "denied", "inSync", "waiting"]) {
    metrics.observer.ended(rig.fakes.id("a"), { verdict, reason: `Of ${verdict}` });
  }
  const end = metrics.observer.stage(rig.fakes.id("a"), "observe");
  await rig.clock.advance(50);
  end();
  metrics.observer.stage(rig.fakes.id("a"), "apply")();
  const text = metrics.text(rig.served);
  assert.deepEqual(valuesOf(text, "holdfast_failures_total"), {
    '{kind="fake",reason="Of failed"}': 1,
    '{kind="fake",reason="Of denied"}': 2,
  });
  assert.deepEqual(valuesOf(text, "holdfast_watch_failures_total"), { '{kind="fake"}': 1 });
  assert.deepEqual(valuesOf(text, "holdfast_watch_restarts_total"), { '{kind="fake"}': 1 });
  const observations = valuesOf(text, "holdfast_observe_seconds_bucket");
  assert.equal(observations['{kind="fake",le="0.01"}'], 0);
  assert.equal(observations['{kind="fake",le="0.1"}'], 1);
});
