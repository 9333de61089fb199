import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ADMIN,
  ENDLESS,
  listen,
  mustComeToSee,
  mustHint,
  type ServiceLawsOptions,
  type ServiceSubject,
  unitText,
  UNSTOPPED,
  VENDOR,
  WANTED,
} from "./subject.ts";

const UNIT = "holdfast-law.service";
const OTHER = "holdfast-other.service";
const WANTS = `${ADMIN}/holdfast-test.target.wants`;

/** Laws of noticing. */
export function watchLaws(
  { rounds }: ServiceLawsOptions,
  open: () => Promise<ServiceSubject>,
): void {
  test("K4: a kill of the main process is noticed and seen, the last time like the first", async () => {
    await using subject = await open();
    subject.actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    await using listening = await listen(subject, [UNIT]);
    for (let round = 0; round < rounds; round++) {
      await subject.actor.systemctl("start", UNIT);
      await subject.actor.kill(UNIT);
      await mustComeToSee(subject, listening, { unit: UNIT, active: "failed" });
    }
  });

  test("K4: an unwatched unit makes no hints", async () => {
    await using subject = await open();
    subject.actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    subject.actor.write(`${ADMIN}/${OTHER}`, unitText(ENDLESS));
    await using listening = await listen(subject, [UNIT]);
    await subject.actor.systemctl("start", OTHER);
    await subject.settle();
    assert.deepEqual(listening.hints, []);
  });

  test("K4: a unit that is watched by another name of it is noticed", async () => {
    await using subject = await open();
    const alias = "holdfast-alias.service";
    subject.actor.write(`${VENDOR}/${UNIT}`, unitText(ENDLESS));
    subject.actor.symlink(`${ADMIN}/${alias}`, `${VENDOR}/${UNIT}`);
    await subject.actor.systemctl("daemon-reload");
    await using listening = await listen(subject, [alias]);
    await subject.actor.systemctl("start", UNIT);
    await mustHint(subject, listening, alias);
  });

  test("K4: a change of unit files by hand is noticed, the second time like the first", async () => {
    await using subject = await open();
    const { actor } = subject;
    actor.write(`${VENDOR}/${UNIT}`, unitText(ENDLESS, WANTED));
    actor.write(`${ADMIN}/${OTHER}`, unitText(ENDLESS));
    await using listening = await listen(subject, [UNIT, OTHER]);
    const dropIn = `${ADMIN}/${UNIT}.d/mine.conf`;
    const steps: readonly (readonly [string, () => void])[] = [
      [UNIT, () => actor.symlink(`${WANTS}/${UNIT}`, `${VENDOR}/${UNIT}`)],
      [UNIT, () => actor.remove(`${WANTS}/${UNIT}`)],
      [UNIT, () => actor.symlink(`${ADMIN}/${UNIT}`, "/dev/null")],
      [UNIT, () => actor.remove(`${ADMIN}/${UNIT}`)],
      [UNIT, () => actor.write(dropIn, "[Service]\nNice=1\n")],
      [UNIT, () => actor.write(dropIn, "[Service]\nNice=2\n")],
      [UNIT, () => actor.remove(`${ADMIN}/${UNIT}.d`)],
      [OTHER, () => actor.write(`${ADMIN}/${OTHER}`, unitText(`${ENDLESS}\nNice=1`))],
    ];
    for (const round of [1, 2]) {
      for (const [at, [unit, change]] of steps.entries()) {
        await subject.settle();
        listening.clear();
        change();
        const isNoticed = await subject.until(() => listening.concerns(unit));
        assert.ok(isNoticed, `step ${at} was not noticed in round ${round}`);
      }
    }
  });

  test("K4: links that another program makes through systemd are noticed", async () => {
    await using subject = await open();
    subject.actor.write(`${VENDOR}/${UNIT}`, unitText(ENDLESS, WANTED));
    await using listening = await listen(subject, [UNIT]);
    for (const verb of ["enable", "disable", "enable"] as const) {
      await subject.settle();
      listening.clear();
      await subject.actor.systemctl(verb, UNIT);
      await mustHint(subject, listening, UNIT);
    }
  });

  test("D10: after a reload, and after systemd began anew, everything is observed again, and the watch goes on", async () => {
    await using subject = await open();
    subject.actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    await using listening = await listen(subject, [UNIT]);
    for (const verb of ["daemon-reload", "daemon-reexec", "daemon-reexec"] as const) {
      await subject.settle();
      listening.clear();
      await subject.actor.systemctl(verb);
      const isOverflow = () => listening.hints.some(({ type }) => type === "overflow");
      assert.ok(await subject.until(isOverflow), `no overflow after ${verb}`);
      await subject.settle();
      listening.clear();
      await subject.actor.systemctl("start", UNIT);
      await mustHint(subject, listening, UNIT);
      await subject.actor.systemctl("stop", UNIT);
    }
    assert.equal(listening.ended(), undefined);
  });

  test("D9: a watch that was let go says nothing more, and others go on", async () => {
    await using subject = await open();
    subject.actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    const first = await listen(subject, [UNIT]);
    await using second = await listen(subject, [UNIT]);
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    first.clear();
    await subject.actor.systemctl("start", UNIT);
    await mustHint(subject, second, UNIT);
    await subject.settle();
    assert.deepEqual([first.hints, first.ended()], [[], undefined]);
  });

  test("K4: nothing is left of a watch that was given up while it opened", async () => {
    await using subject = await open();
    const stop = new AbortController();
    const opening = subject.services.watch([UNIT], () => assert.fail("a hint"), stop.signal);
    stop.abort();
    await assert.rejects(subject.finish(opening));
    subject.actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    await subject.settle();
    await subject.finish(subject.services.start({ unit: UNIT }, UNSTOPPED));
  });
}
