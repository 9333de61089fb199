import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Attribution,
  type EngineEvent,
  Fault,
  type ResourceId,
  resourceId,
  silentLog,
} from "@holdfast/core";
import { simulatedAttributor, VirtualClock } from "@holdfast/testing";
import { Attributions } from "./attributions.ts";

const BY_BASH: Attribution = {
  type: "process",
  process: { pid: 123, name: "bash", user: "bob" },
  evidence: "kernel-event",
  atMs: 0,
};

function idOf(name: string): ResourceId {
  return resourceId("file", name);
}

function driftOf(name: string, isFromWatch = true): EngineEvent {
  return { type: "drift", id: idOf(name), trigger: "changed", isFromWatch, changes: [] };
}

/** Attributions of files whose path is their name, on a virtual clock. */
function open() {
  const clock = new VirtualClock();
  const attributor = simulatedAttributor();
  const pathsOf = (id: ResourceId): readonly string[] =>
    id.startsWith("file:/") ? [id.slice("file:".length)] : [];
  const answers: [id: ResourceId, attribution: Attribution][] = [];
  const onAnswer = (id: ResourceId, attribution: Attribution): void => {
    answers.push([id, attribution]);
  };
  const options = { attributor, clock, log: silentLog, pathsOf, onAnswer };
  return { clock, attributor, answers, attributions: new Attributions(options) };
}

test("why: a drift is asked about at once and answered beside the repair; the last answer stays", async () => {
  const { clock, attributor, answers, attributions } = open();
  attributor.culprits.set("/etc/motd", BY_BASH);
  const release = attributor.hold();
  await clock.advance(5_000);
  attributions.note(driftOf("/etc/motd"));
  const seenAtMs = clock.monotonicMs();
  assert.deepEqual(attributor.asked, [{ paths: ["/etc/motd"], seenAtMs, withinMs: 10_000 }]);
  const known = { seenAtMs, earlier: [] };
  assert.deepEqual(attributions.of(idOf("/etc/motd")), { ...known, attribution: undefined });
  release();
  await clock.settle();
  assert.deepEqual(attributions.of(idOf("/etc/motd")), { ...known, attribution: BY_BASH });
  assert.deepEqual(answers, [[idOf("/etc/motd"), BY_BASH]]);
  assert.equal(attributions.of(idOf("/etc/issue")), undefined);
  await attributions[Symbol.asyncDispose]();
});

test("why: a drift that no watch reported may have happened any time since the last observation", async () => {
  const { attributor, attributions } = open();
  attributions.note(driftOf("/etc/motd", false));
  assert.equal(attributor.asked[0]?.withinMs, 600_000);
  await attributions[Symbol.asyncDispose]();
});

test("why: other events ask nothing, nor does a resource that has no path", async () => {
  const { attributor, attributions } = open();
  attributions.note({ type: "recovered", subject: "file:/etc/motd" });
  attributions.note({
    type: "drift",
    id: resourceId("exec", "x"),
    trigger: "",
    isFromWatch: true,
    changes: [],
  });
  assert.deepEqual(attributor.asked, []);
  await attributions[Symbol.asyncDispose]();
});

test("why: an answer to an older drift does not stand for a newer one", async () => {
  const { clock, attributor, attributions } = open();
  attributor.culprits.set("/etc/motd", BY_BASH);
  const release = attributor.hold();
  attributions.note(driftOf("/etc/motd"));
  await clock.advance(1_000);
  const releaseSecond = attributor.hold();
  attributions.note(driftOf("/etc/motd"));
  release();
  await clock.settle();
  assert.equal(attributions.of(idOf("/etc/motd"))?.seenAtMs, clock.monotonicMs());
  assert.equal(attributions.of(idOf("/etc/motd"))?.attribution, undefined);
  releaseSecond();
  await clock.settle();
  assert.deepEqual(attributions.of(idOf("/etc/motd"))?.attribution, BY_BASH);
  await attributions[Symbol.asyncDispose]();
});

test("why: of thousands of drifts at once some hundred are asked about at a time, and the rest is reported", async () => {
  const { clock, attributor, attributions } = open();
  const release = attributor.hold();
  const names = Array.from({ length: 2_000 }, (_, at) => `/f${at}`);
  for (const name of names) attributions.note(driftOf(name));
  assert.equal(attributor.asked.length, 256);
  release();
  await clock.settle();
  const answers = names.map((name) => attributions.of(idOf(name))?.attribution);
  const refused = answers.filter(
    (answer) => answer?.type === "unknown" && answer.observed.length > 0,
  );
  assert.equal(refused.length, 2_000 - 256 - 1_024);
  assert.equal(attributor.asked.length, 256 + 1_024);
  assert.ok(answers.every((answer) => answer !== undefined));
  for (let at = 0; at < 5_000; at += 1) attributions.note(driftOf(`/g${at}`));
  assert.equal(attributions.of(idOf("/f0")), undefined, "what is longest ago is forgotten");
  await attributions[Symbol.asyncDispose]();
});

test("why: an attributor that throws leaves a drift without an author, and no more", async () => {
  const warnings: string[] = [];
  const attributions = new Attributions({
    attributor: {
      whoChanged: () =>
        Promise.reject(
          new Fault({ reason: "HostFailed", message: "broken", resolution: "Mend it." }),
        ),
    },
    clock: new VirtualClock(),
    log: { ...silentLog, warn: (message) => warnings.push(message) },
    pathsOf: () => ["/etc/motd"],
    onAnswer: () => {},
  });
  attributions.note(driftOf("/etc/motd"));
  await Promise.resolve();
  await attributions[Symbol.asyncDispose]();
  assert.deepEqual(attributions.of(idOf("/etc/motd"))?.attribution, {
    type: "unknown",
    observed: [],
  });
  assert.deepEqual(warnings, ["who changed file:/etc/motd is unknown: broken"]);
});
