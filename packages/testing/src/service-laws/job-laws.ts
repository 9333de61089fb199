import assert from "node:assert/strict";
import { test } from "node:test";
import {
  activeOf,
  ADMIN,
  ENDLESS,
  listen,
  mustComeToSee,
  mustFail,
  pidOf,
  type ServiceSubject,
  unitText,
  UNSTOPPED,
} from "./subject.ts";

const UNIT = "holdfast-law.service";
const FILE = `${ADMIN}/${UNIT}`;
const READY_LATE = "/bin/sh -c 'sleep 1; systemd-notify --ready; exec sleep infinity'";

/** Services that are active once they were started, whatever systemd takes for a start. */
const STARTS: Readonly<Record<string, string>> = {
  simple: ENDLESS,
  exec: `Type=exec\n${ENDLESS}`,
  "notify, a second late": `Type=notify\nNotifyAccess=all\nExecStart=${READY_LATE}`,
  "oneshot that stays": "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true",
};
/** Services that fail, whatever systemd takes for a start. */
const FAILURES: Readonly<Record<string, string>> = {
  simple: "",
  exec: "Type=exec\n",
  oneshot: "Type=oneshot\n",
};

/** Laws of starting, stopping and reloading. */
export function jobLaws(open: () => Promise<ServiceSubject>): void {
  for (const [type, service] of Object.entries(STARTS)) {
    test(`K4: a started unit is active, and a stopped one is not: ${type}`, async () => {
      await using subject = await open();
      subject.actor.write(FILE, unitText(service));
      await subject.finish(subject.services.start({ unit: UNIT }, UNSTOPPED));
      assert.equal(await activeOf(subject, UNIT), "active");
      await subject.finish(subject.services.stop({ unit: UNIT }, UNSTOPPED));
      assert.equal(await activeOf(subject, UNIT), "inactive");
    });
  }

  test("K4: a start twice is one start, a stop twice one stop, and nothing is stopped where nothing is", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    subject.actor.write(FILE, unitText(ENDLESS));
    await finish(services.start({ unit: UNIT }, UNSTOPPED));
    const pid = await pidOf(subject, UNIT);
    await finish(services.start({ unit: UNIT }, UNSTOPPED));
    assert.equal(await pidOf(subject, UNIT), pid);
    const stop = () => services.stop({ unit: UNIT }, UNSTOPPED);
    await finish(Promise.all([stop(), stop()]));
    await finish(stop());
    await finish(services.stop({ unit: "holdfast-nothing.service" }, UNSTOPPED));
    assert.equal(await activeOf(subject, UNIT), "inactive");
  });

  for (const [type, words] of Object.entries(FAILURES)) {
    test(`K4: a start that fails says what this start has logged, and no other: ${type}`, async () => {
      await using subject = await open();
      const { services, finish } = subject;
      const write = (line: string): void =>
        subject.actor.write(
          FILE,
          unitText(`${words}ExecStart=/bin/sh -c 'echo ${line} >&2; exit 3'`),
        );
      write("first complaint");
      const first = await mustFail(finish(services.start({ unit: UNIT }, UNSTOPPED)), "UnitFailed");
      assert.match(first.message, /did not start \(exit-code, exit code 3\): [^]*first complaint/);
      write("second complaint");
      await finish(services.daemonReload(UNSTOPPED));
      const second = await mustFail(
        finish(services.start({ unit: UNIT }, UNSTOPPED)),
        "UnitFailed",
      );
      assert.match(second.message, /second complaint/);
      assert.doesNotMatch(second.message, /first complaint/);
    });
  }

  test("K4: a oneshot that has done its work has started", async () => {
    await using subject = await open();
    subject.actor.write(FILE, unitText("Type=oneshot\nExecStart=/bin/true"));
    await subject.finish(subject.services.start({ unit: UNIT }, UNSTOPPED));
    assert.equal(await activeOf(subject, UNIT), "inactive");
  });

  test("K4: a unit whose conditions do not hold is not started, and that is no failure", async () => {
    await using subject = await open();
    const text = `[Unit]\nConditionPathExists=/holdfast/none\n${unitText(ENDLESS)}`;
    subject.actor.write(FILE, text);
    await subject.finish(subject.services.start({ unit: UNIT }, UNSTOPPED));
    assert.equal(await activeOf(subject, UNIT), "inactive");
  });

  test("K4: a service that systemd starts again and again is waited for, as long as one likes", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    const loop = "Restart=always\nRestartSec=100ms\nExecStart=/bin/false";
    subject.actor.write(FILE, unitText(loop));
    const start = services.start({ unit: UNIT, timeoutMs: 2_000 }, UNSTOPPED);
    await mustFail(finish(start), "UnitTimeout");
    await finish(services.stop({ unit: UNIT }, UNSTOPPED));
    assert.notEqual(await activeOf(subject, UNIT), "activating");
  });

  test("K4: a signal ends the wait at once, and not the job", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    // It never says that it is ready.
    subject.actor.write(FILE, unitText(`Type=notify\n${ENDLESS}`));
    await using listening = await listen(subject, [UNIT]);
    const stop = new AbortController();
    const starting = mustFail(services.start({ unit: UNIT }, stop.signal), "Aborted");
    await mustComeToSee(subject, listening, { unit: UNIT, active: "activating" });
    stop.abort();
    await finish(starting);
    assert.equal(await activeOf(subject, UNIT), "activating");
    await finish(services.stop({ unit: UNIT }, UNSTOPPED));
    assert.notEqual(await activeOf(subject, UNIT), "activating");
  });

  test("K4: a restart is a stop and a start, or a start", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    subject.actor.write(FILE, unitText(ENDLESS));
    await finish(services.restart({ unit: UNIT }, UNSTOPPED));
    const pid = await pidOf(subject, UNIT);
    await finish(services.restart({ unit: UNIT }, UNSTOPPED));
    assert.notEqual(await pidOf(subject, UNIT), pid);
  });

  test("K4: a reload keeps the process, and what cannot reload is restarted or says so", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    subject.actor.write(FILE, unitText(`${ENDLESS}\nExecReload=/bin/true`));
    await mustFail(finish(services.reload({ unit: UNIT }, UNSTOPPED)), "UnitFailed");
    await finish(services.reloadOrRestart({ unit: UNIT }, UNSTOPPED));
    const pid = await pidOf(subject, UNIT);
    await finish(services.reload({ unit: UNIT }, UNSTOPPED));
    await finish(services.reloadOrRestart({ unit: UNIT }, UNSTOPPED));
    assert.equal(await pidOf(subject, UNIT), pid);
    subject.actor.write(FILE, unitText(ENDLESS));
    await finish(services.daemonReload(UNSTOPPED));
    await mustFail(finish(services.reload({ unit: UNIT }, UNSTOPPED)), "UnitFailed");
    await finish(services.reloadOrRestart({ unit: UNIT }, UNSTOPPED));
    assert.notEqual(await pidOf(subject, UNIT), pid);
  });

  test("K4: a unit that cannot be started says why", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    const start = (unit: string) => finish(services.start({ unit }, UNSTOPPED));
    await mustFail(start("holdfast-nothing.service"), "UnitNotFound");
    for (const name of ["holdfast-law@.service", "holdfast-law", "../x.service", "--now"])
      await mustFail(start(name), "InputInvalid");
    subject.actor.symlink(FILE, "/dev/null");
    await mustFail(start(UNIT), "UnitMasked");
    subject.actor.remove(FILE);
    subject.actor.write(FILE, unitText("this is no line of a unit"));
    await mustFail(start(UNIT), "UnitFailed");
  });

  test("K4: an instance of a template is started by its own name", async () => {
    await using subject = await open();
    const unit = "holdfast-law@one.service";
    subject.actor.write(`${ADMIN}/holdfast-law@.service`, unitText(ENDLESS));
    await subject.finish(subject.services.start({ unit }, UNSTOPPED));
    assert.equal(await activeOf(subject, unit), "active");
    await subject.finish(subject.services.stop({ unit }, UNSTOPPED));
  });
}
