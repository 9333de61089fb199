import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  ADMIN,
  ENDLESS,
  mustFail,
  observe,
  type ServiceLawsOptions,
  type ServiceSubject,
  unitText,
  UNSTOPPED,
  VENDOR,
  WANTED,
} from "./subject.ts";

const UNIT = "holdfast-law.service";
const VERBS = ["start", "stop", "enable", "disable", "mask", "unmask"] as const;
type Verb = (typeof VERBS)[number];

/** What a unit should be after some steps: three things that do not touch each other. */
interface Expected {
  isActive: boolean;
  isEnabled: boolean;
  isMasked: boolean;
}

/** Laws of enabling and masking. */
export function linkLaws({ runs }: ServiceLawsOptions, open: () => Promise<ServiceSubject>): void {
  test("K4: start, enable and mask are three things, in any order, and each is as it was made last", async () => {
    await using subject = await open();
    subject.actor.write(`${VENDOR}/${UNIT}`, unitText(ENDLESS, WANTED));
    const expected: Expected = { isActive: false, isEnabled: false, isMasked: false };
    const steps = fc.array(fc.constantFrom(...VERBS), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(steps, async (verbs) => {
        for (const verb of verbs) await step(subject, verb, expected);
        const { enablement, mask, runtime } = await observe(subject, UNIT);
        const state = expected.isEnabled ? "enabled" : "disabled";
        assert.deepEqual(enablement, { state, lasting: "persistent" });
        assert.equal(mask, expected.isMasked ? "persistent" : undefined);
        assert.equal(runtime?.active, expected.isActive ? "active" : "inactive");
      }),
      // What is left of one is where the next begins, so a failure cannot be made smaller.
      { numRuns: runs, endOnFailure: true },
    );
  });

  test("K4: a unit without [Install] cannot be enabled, and one that is not there neither", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    subject.actor.write(`${VENDOR}/${UNIT}`, unitText(ENDLESS));
    const none = "holdfast-nothing.service";
    await mustFail(finish(services.enable([UNIT], UNSTOPPED)), "UnitNotInstallable");
    await mustFail(finish(services.enable([none], UNSTOPPED)), "UnitNotFound");
    await mustFail(finish(services.enable(["--now"], UNSTOPPED)), "InputInvalid");
    await finish(services.disable([none], UNSTOPPED));
    assert.equal((await observe(subject, UNIT)).enablement?.state, "static");
  });

  test("K4: a unit whose file is where the mask would be is not masked, and its file stays", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    await mustFail(finish(services.mask([UNIT], UNSTOPPED)), "UnitFileInTheWay");
    assert.equal(actor.text(`${ADMIN}/${UNIT}`), unitText(ENDLESS));
    assert.equal((await observe(subject, UNIT)).mask, undefined);
  });

  test("K4: a unit that is not there may be masked, before it comes", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    await finish(services.mask([UNIT], UNSTOPPED));
    await finish(services.mask([UNIT], UNSTOPPED));
    const { mask, enablement, path } = await observe(subject, UNIT);
    assert.deepEqual([mask, enablement, path], ["persistent", undefined, undefined]);
    await finish(services.unmask([UNIT], UNSTOPPED));
    const [gone] = await finish(services.observeMany([{ unit: UNIT }], UNSTOPPED));
    assert.equal(gone?.type, "absent");
  });

  test("K4: links and masks until the next boot are reported as such, and are removed too", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    const runtime = "/run/systemd/system";
    actor.write(`${VENDOR}/${UNIT}`, unitText(ENDLESS, WANTED));
    actor.symlink(`${runtime}/holdfast-test.target.wants/${UNIT}`, `${VENDOR}/${UNIT}`);
    actor.symlink(`${runtime}/${UNIT}`, "/dev/null");
    const before = await observe(subject, UNIT);
    assert.deepEqual(before.enablement, { state: "enabled", lasting: "runtime" });
    assert.equal(before.mask, "runtime");
    await finish(services.unmask([UNIT], UNSTOPPED));
    await finish(services.disable([UNIT], UNSTOPPED));
    const { enablement, mask } = await observe(subject, UNIT);
    assert.deepEqual([enablement?.state, mask], ["disabled", undefined]);
  });

  test("K4: many units are enabled at once, an instance and an alias among them", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    const alias = "holdfast-alias.service";
    const instance = "holdfast-law@one.service";
    actor.write(`${VENDOR}/${UNIT}`, unitText(ENDLESS, `${WANTED}Alias=${alias}\n`));
    actor.write(`${VENDOR}/holdfast-law@.service`, unitText(ENDLESS, WANTED));
    await finish(services.enable([UNIT, instance], UNSTOPPED));
    const stateOf = async (unit: string) => (await observe(subject, unit)).enablement?.state;
    assert.deepEqual([await stateOf(UNIT), await stateOf(instance)], ["enabled", "enabled"]);
    assert.equal(await stateOf("holdfast-law@two.service"), "disabled");
    const byAlias = await observe(subject, alias);
    assert.deepEqual([byAlias.name, byAlias.enablement?.state], [UNIT, "alias"]);
    await finish(services.disable([UNIT, instance], UNSTOPPED));
    assert.deepEqual([await stateOf(UNIT), await stateOf(instance)], ["disabled", "disabled"]);
  });
}

/** Does one step; what a mask keeps from being done must say so. */
async function step(subject: ServiceSubject, verb: Verb, expected: Expected): Promise<void> {
  const { services, finish } = subject;
  const isJob = verb === "start" || verb === "stop";
  const work = isJob
    ? services[verb]({ unit: UNIT }, UNSTOPPED)
    : services[verb]([UNIT], UNSTOPPED);
  const isRefused =
    expected.isMasked && (verb === "enable" || (verb === "start" && !expected.isActive));
  if (isRefused) {
    await mustFail(finish(work), "UnitMasked");
    return;
  }
  await finish(work);
  if (isJob) expected.isActive = verb === "start";
  if (verb === "mask" || verb === "unmask") expected.isMasked = verb === "mask";
  // While it is masked systemd does not remove its links.
  const isLink = verb === "enable" || verb === "disable";
  if (isLink && !expected.isMasked) expected.isEnabled = verb === "enable";
}
