import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import fc from "fast-check";
import { plainText } from "../../../output/text/line.ts";
import type { KnownResource, KnownStatus } from "./known-status.ts";
import { createStatusFrames, tableLines } from "./status-frames.ts";

const AWAY = new Fault({ reason: "AgentNotRunning", message: "no answer", resolution: "r" });

const COMPLIANCE: Readonly<Record<string, string>> = {
  Ready: "compliant",
  Failed: "noncompliant",
  Unknown: "unknown",
  Pending: "unknown",
  Reconciling: "converging",
};

function knownOf(types: readonly string[], degraded = 0): KnownStatus {
  const resources = types.map((type, index): KnownResource => {
    const compliance = COMPLIANCE[type] ?? "";
    return { id: `file:/${index}`, type, message: `is ${type}`, compliance };
  });
  const conditions = Array.from({ length: degraded }, (_, index) => ({
    subject: `watch:${index}`,
    fault: { reason: "WatchFailed", message: "out of order", resolution: "r" },
  }));
  const agent = { name: "host", generation: 3, observedGeneration: 3, degraded: conditions };
  return { agent, resources, data: { agent, resources: resources.map((each) => ({ ...each })) } };
}

const drawn = (known: KnownStatus, rows: number, away?: Fault): readonly string[] =>
  tableLines({ known, away }, { columns: 80, rows }).map(plainText);

test("status --watch: every status fits, the counts are there, and nothing is left out silently", () => {
  const types = fc.array(fc.constantFrom(...Object.keys(COMPLIANCE)), { maxLength: 60 });
  const rows = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(types, fc.nat(20), rows, fc.boolean(), (all, degraded, height, isAway) => {
      const known = knownOf(all, degraded);
      const lines = drawn(known, height, isAway ? AWAY : undefined);
      assert.ok(lines.length <= Math.max(1, height - 1));
      if (height < 8) return;
      assert.equal(lines[0]?.startsWith("away "), isAway);
      assert.match(lines.at(-1) ?? "", /^Status: /);
      for (const [what, pattern, count] of [
        ["not ready", /^\w+ +file:/, all.filter((type) => type !== "Ready").length],
        ["degraded", /^degraded /, degraded],
      ] as const) {
        const shown = lines.filter((text) => pattern.test(text)).length;
        const more = lines.map((text) => new RegExp(`^… and (\\d+) more ${what}$`).exec(text)?.[1]);
        const left = Number(more.find((each) => each !== undefined) ?? 0);
        assert.equal(shown + left, count, lines.join("\n"));
      }
    }),
  );
});

test("status --watch: the worst comes first, and what is as declared is only counted", () => {
  const lines = drawn(knownOf(["Ready", "Reconciling", "Pending", "Failed", "Ready"]), 24);
  assert.deepEqual(lines.slice(1), [
    "Failed       file:/3  is Failed",
    "Pending      file:/2  is Pending",
    "Reconciling  file:/1  is Reconciling",
    "Status: 1 failed, 1 pending, 1 reconciling, 2 ready.",
  ]);
  assert.match(lines[0] ?? "", /^host {2}generation 3/);
});

test("status --watch: degraded lines leave room for resources that are not ready, and take free rows", () => {
  const crowded = drawn(
    knownOf(
      Array.from({ length: 50 }, () => "Failed"),
      50,
    ),
    24,
  );
  assert.equal(crowded.filter((text) => text.startsWith("degraded")).length, 6);
  assert.ok(crowded.includes("… and 44 more degraded"));
  assert.ok(crowded.includes("… and 37 more not ready"));
  const calm = drawn(knownOf(["Ready"], 5), 24);
  assert.equal(calm.filter((text) => text.startsWith("degraded")).length, 5);
});

test("status --watch: a frame is news when something but a time has changed, and an absence is", () => {
  const frameOf = createStatusFrames();
  const { agent, resources } = knownOf(["Ready"]);
  const at = (since: string, type: string): KnownStatus => {
    return { agent, resources, data: { resources: [{ status: { type, since, retryAt: since } }] } };
  };
  const isNews = (known: KnownStatus, away?: Fault): boolean =>
    frameOf({ known, away }) !== undefined;
  assert.equal(isNews(at("1", "Ready")), true);
  assert.equal(isNews(at("2", "Ready")), false);
  assert.equal(isNews(at("2", "Failed")), true);
  assert.equal(isNews(at("2", "Failed"), AWAY), true);
  assert.equal(isNews(at("2", "Failed"), AWAY), false);
  assert.equal(isNews(at("2", "Failed")), true);
  assert.deepEqual(frameOf({ known: at("2", "Failed"), away: AWAY })?.data["away"], {
    reason: "AgentNotRunning",
    message: "no answer",
    resolution: "r",
  });
});
