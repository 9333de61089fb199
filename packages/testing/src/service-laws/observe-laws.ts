import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ADMIN,
  ENDLESS,
  listen,
  observe,
  pidOf,
  runtimeOf,
  type ServiceSubject,
  unitText,
  UNSTOPPED,
  VENDOR,
  WANTED,
} from "./subject.ts";

const UNIT = "holdfast-law.service";
/** The search path, the states, and what reading cannot decide. */
const MOST_CALLS = 3;
const MANY = 200;

/** Laws of observing. */
export function observeLaws(open: () => Promise<ServiceSubject>): void {
  test("K4: answers come in the order of the requests, each by itself", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    actor.write(`${ADMIN}/holdfast-law@.service`, unitText(ENDLESS, WANTED));
    const units = [UNIT, "../x", "holdfast-law@.service", "nothing", "holdfast-no.service", UNIT];
    const requests = units.map((unit) => ({ unit }));
    const answers = await finish(services.observeMany(requests, UNSTOPPED));
    const types = answers.map((answer) =>
      answer.type === "unknown" ? answer.fault.reason : answer.type,
    );
    const invalid = "InputInvalid";
    assert.deepEqual(types, ["present", invalid, "present", invalid, "absent", "present"]);
    assert.deepEqual(answers[0], answers.at(-1));
    const template = await observe(subject, "holdfast-law@.service");
    assert.deepEqual([template.runtime, template.enablement?.state], [undefined, "disabled"]);
  });

  test("K4: observing changes nothing and is noticed by nobody", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS, WANTED));
    await finish(services.start({ unit: UNIT }, UNSTOPPED));
    const requests = [UNIT, "holdfast-no.service"].map((unit) => ({ unit, details: true }));
    await using listening = await listen(subject, [UNIT]);
    await subject.settle();
    listening.clear();
    const first = await finish(services.observeMany(requests, UNSTOPPED));
    const second = await finish(services.observeMany(requests, UNSTOPPED));
    assert.deepEqual(first, second);
    await subject.settle();
    assert.deepEqual(listening.hints, []);
  });

  test("K4: two hundred units take a handful of questions, and none is lost", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    const units = Array.from({ length: MANY }, (_, at) => `holdfast-many-${at}.service`);
    for (const unit of units) actor.write(`${ADMIN}/${unit}`, unitText(ENDLESS, WANTED));
    const requests = units.map((unit) => ({ unit }));
    const before = services.connection().calls;
    const answers = await finish(services.observeMany(requests, UNSTOPPED));
    const calls = services.connection().calls - before;
    assert.ok(calls <= MOST_CALLS, `${calls} questions`);
    const names = answers.map((answer) => (answer.type === "present" ? answer.value.name : ""));
    assert.deepEqual(names, units);
    const detailed = units.map((unit) => ({ unit, details: true }));
    const known = await finish(services.observeMany(detailed, UNSTOPPED));
    assert.ok(known.every(({ type }) => type === "present"));
  });

  test("K4: details tell the process, since when, how often it was restarted, and how it ended", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    const restarted = `${ENDLESS}\nRestart=always\nRestartSec=100ms`;
    actor.write(`${ADMIN}/${UNIT}`, unitText(restarted));
    await finish(services.start({ unit: UNIT }, UNSTOPPED));
    const pid = await pidOf(subject, UNIT);
    const { details } = await runtimeOf(subject, UNIT, { details: true });
    assert.ok(details?.activeSinceMs !== undefined && details.activeSinceMs > 0);
    assert.deepEqual([details.restarts, details.lastExit], [0, undefined]);
    await using listening = await listen(subject, [UNIT]);
    await actor.kill(UNIT);
    let later = details;
    for (let tries = 0; tries < 100 && later.restarts === 0; tries++) {
      await subject.until(() => listening.concerns(UNIT));
      listening.clear();
      later = (await runtimeOf(subject, UNIT, { details: true })).details ?? later;
    }
    assert.equal(later.restarts, 1);
    await finish(services.start({ unit: UNIT }, UNSTOPPED));
    assert.notEqual(await pidOf(subject, UNIT), pid);
    actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    await finish(services.daemonReload(UNSTOPPED));
    await actor.kill(UNIT);
    await subject.until(() => listening.concerns(UNIT));
    await subject.settle();
    const failed = await runtimeOf(subject, UNIT, { details: true });
    const lastExit = { result: "signal", exitCode: undefined, signalNumber: 9 };
    assert.deepEqual([failed.active, failed.details?.lastExit], ["failed", lastExit]);
  });

  test("K4: the file and the drop-ins that count are reported, and that systemd must read them again", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    const needsReload = async () =>
      (await runtimeOf(subject, UNIT, { details: true })).details?.needsReload;
    actor.write(`${VENDOR}/${UNIT}`, unitText(ENDLESS));
    actor.write(`${VENDOR}/${UNIT}.d/20-b.conf`, "[Unit]\nDescription=vendor\n");
    actor.write(`${VENDOR}/${UNIT}.d/10-a.conf`, "[Unit]\nDescription=first\n");
    await finish(services.start({ unit: UNIT }, UNSTOPPED));
    assert.equal(await needsReload(), false);
    actor.write(`${ADMIN}/${UNIT}.d/20-b.conf`, "[Unit]\nDescription=mine\n");
    actor.symlink(`${ADMIN}/${UNIT}.d/10-a.conf`, "/dev/null");
    assert.equal(await needsReload(), true);
    await finish(services.daemonReload(UNSTOPPED));
    assert.equal(await needsReload(), false);
    const { path, dropIns, runtime } = await observe(subject, UNIT);
    assert.deepEqual([path, dropIns], [`${VENDOR}/${UNIT}`, [`${ADMIN}/${UNIT}.d/20-b.conf`]]);
    assert.equal(runtime?.description, "mine");
    actor.write(`${ADMIN}/${UNIT}`, unitText(`${ENDLESS}\n#edited`));
    assert.equal(await needsReload(), true);
    assert.equal((await observe(subject, UNIT)).path, `${ADMIN}/${UNIT}`);
    await finish(services.daemonReload(UNSTOPPED));
    assert.equal(await needsReload(), false);
    actor.remove(`${ADMIN}/${UNIT}`);
    actor.symlink(`${ADMIN}/${UNIT}`, "/dev/null");
    assert.equal(await needsReload(), true);
    await finish(services.daemonReload(UNSTOPPED));
    assert.equal(await needsReload(), false);
  });

  test("K4: a unit whose file was removed while it ran is still there", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    await finish(services.start({ unit: UNIT }, UNSTOPPED));
    actor.remove(`${ADMIN}/${UNIT}`);
    await finish(services.daemonReload(UNSTOPPED));
    const { path, runtime } = await observe(subject, UNIT);
    assert.deepEqual([path, runtime?.load, runtime?.active], [undefined, "not-found", "active"]);
    await finish(services.stop({ unit: UNIT }, UNSTOPPED));
    const [gone] = await finish(services.observeMany([{ unit: UNIT }], UNSTOPPED));
    assert.equal(gone?.type, "absent");
  });
}
