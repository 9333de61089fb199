import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Attribution,
  type EngineEvent,
  Fault,
  Redaction,
  type ResourceId,
  resourceId,
  Secret,
  silentLog,
} from "@holdfast/core";
import { simulatedAttributor, VirtualClock } from "@holdfast/testing";
import { DriftAuthors } from "./drift-authors.ts";

const ID: ResourceId = resourceId("line", "port");
const PATH = "/etc/app.conf";
const DRIFT: EngineEvent = { type: "drift", id: ID, trigger: "", isFromWatch: true, changes: [] };
const FLAPPING: EngineEvent = {
  type: "degraded",
  subject: ID,
  fault: new Fault({ reason: "Flapping", message: "repaired 3 times", resolution: "Find it." }),
};

function by(name: string, unit: string): Attribution {
  const process = { pid: 7, name, unit, user: "root" };
  return { type: "process", process, evidence: "kernel-event", atMs: 0 };
}

/** The authors of one resource, as the agent publishes them. */
function open(redaction = new Redaction()) {
  const clock = new VirtualClock();
  const attributor = simulatedAttributor();
  const published: EngineEvent[] = [];
  const publish = (event: EngineEvent): void => {
    published.push(authors.note(event));
  };
  const authors = new DriftAuthors({
    attributor,
    clock,
    log: silentLog,
    pathsOf: () => [PATH],
    ownershipOf: () => `it owns a part of ${PATH}`,
    redaction: () => redaction,
    publish,
  });
  const driftBy = async (author: Attribution | undefined): Promise<void> => {
    if (author === undefined) attributor.culprits.delete(PATH);
    else attributor.culprits.set(PATH, author);
    publish(DRIFT);
    await clock.settle();
  };
  const faults = (): readonly string[] =>
    published.flatMap((event) => (event.type === "degraded" ? [event.fault.message] : []));
  return { clock, attributor, authors, published, publish, driftBy, faults };
}

test("D16: flapping names everybody who changed it of late, and what it owns; the unknown is said to be unknown", async () => {
  const { authors, driftBy, publish, published, faults } = open();
  await driftBy(by("sed", "cron.service"));
  await driftBy(undefined);
  await driftBy(by("sed", "cron.service"));
  publish(FLAPPING);
  assert.deepEqual(faults(), [
    "repaired 3 times; of its last drifts by: sed of cron.service (root) 2 times, unknown 1 time; " +
      `it owns a part of ${PATH}`,
  ]);
  const fault = published.find(({ type }) => type === "degraded");
  assert(fault?.type === "degraded" && /Stop what changes it/.test(fault.fault.resolution));
  const words = published.flatMap((event) =>
    event.type === "attributed" ? [event.author.words] : [],
  );
  assert.equal(words.length, 3, "one answer for each drift");
  assert.match(words[0] ?? "", /^sed \(process 7 of root, in cron\.service\) wrote it/);
  assert.match(words[1] ?? "", /^cannot tell/);
  await authors[Symbol.asyncDispose]();
});

test("D16: flapping waits for no answer, and is published anew for an author who is news, not for one who is none", async () => {
  const { clock, attributor, authors, driftBy, publish, faults } = open();
  const release = attributor.hold();
  await driftBy(by("sed", "cron.service"));
  publish(FLAPPING);
  assert.match(faults()[0] ?? "", /who changes it is being found out/);
  release();
  await clock.settle();
  assert.match(faults()[1] ?? "", /sed of cron\.service \(root\) 1 time;/);
  await driftBy(by("sed", "cron.service"));
  assert.equal(faults().length, 2, "the same author again");
  await driftBy(by("puppet", "puppet.service"));
  assert.match(faults()[2] ?? "", /sed .* 2 times, puppet of puppet\.service \(root\) 1 time/);
  publish({ type: "recovered", subject: ID });
  await driftBy(by("vi", "x.service"));
  assert.equal(faults().length, 3, "what has recovered flaps no more");
  await authors[Symbol.asyncDispose]();
});

test("D16: drifts of more than ten minutes ago say nothing of who makes it flap now, and few are kept", async () => {
  const { clock, authors, driftBy, publish, faults } = open();
  await driftBy(by("old", "old.service"));
  await clock.advance(600_001);
  for (let at = 0; at < 20; at += 1) await driftBy(by("sed", "cron.service"));
  publish(FLAPPING);
  assert.match(faults()[0] ?? "", /by: sed of cron\.service \(root\) 5 times;/);
  await authors[Symbol.asyncDispose]();
});

test("D16: of what is no file it is not said that its author is being found out", async () => {
  const { authors, publish, faults } = open();
  publish(FLAPPING);
  assert.match(faults()[0] ?? "", /; who changes it is unknown: that can be asked of files only;/);
  await authors[Symbol.asyncDispose]();
});

test("B4: the name of a process that is a secret is shown in no event and no fault", async () => {
  const redaction = new Redaction();
  redaction.learn([new Secret("hunter2hunter2")]);
  const { authors, driftBy, publish, published } = open(redaction);
  await driftBy(by("hunter2hunter2", "x.service"));
  publish(FLAPPING);
  assert.doesNotMatch(JSON.stringify(published), /hunter2/);
  await authors[Symbol.asyncDispose]();
});
