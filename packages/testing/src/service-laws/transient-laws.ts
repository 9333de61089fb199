import assert from "node:assert/strict";
import { test } from "node:test";
import type { TransientState } from "@holdfast/core";
import { mustFail, type ServiceSubject, UNSTOPPED } from "./subject.ts";

const UNIT = "holdfast-law-transient.service";
const OUTPUT = "/run/holdfast-law-transient.output";
/** Longer than anything else here takes. */
const SLOW = ["/bin/sh", "-c", "echo begun; sleep 2; exit 4"] as const;

/** Laws of commands that systemd runs for us. */
export function transientLaws(open: () => Promise<ServiceSubject>): void {
  test("C3: a command ends with what it ended with, its output is kept, and then it is forgotten", async () => {
    await using subject = await open();
    const { services, finish, actor } = subject;
    const endings = { "exit 0": "success", "exit 4": "exit-code" };
    for (const [script, result] of Object.entries(endings)) {
      await begin(subject, ["/bin/sh", "-c", `echo said; ${script}`]);
      const exit = { result, exitCode: Number(script.slice(-1)), signalNumber: undefined };
      const ended: TransientState = { type: "ended", exit };
      assert.deepEqual(await finish(services.endOfTransient(UNIT, UNSTOPPED)), ended);
      assert.deepEqual(await finish(services.transientState(UNIT, UNSTOPPED)), ended);
      assert.equal(actor.text(OUTPUT), "said\n");
      await finish(services.forgetTransient(UNIT, UNSTOPPED));
      await finish(services.forgetTransient(UNIT, UNSTOPPED));
      assert.deepEqual(await finish(services.transientState(UNIT, UNSTOPPED)), { type: "absent" });
      const [gone] = await finish(services.observeMany([{ unit: UNIT }], UNSTOPPED));
      assert.equal(gone?.type, "absent");
    }
  });

  test("C3: another process of ours finds it by its name and waits for its end", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    await begin(subject, SLOW);
    await using later = subject.reopen();
    assert.deepEqual(await finish(later.transientState(UNIT, UNSTOPPED)), { type: "running" });
    await mustFail(finish(later.forgetTransient(UNIT, UNSTOPPED)), "UnitFailed");
    const ended = await finish(later.endOfTransient(UNIT, UNSTOPPED));
    assert.equal(ended.type === "ended" && ended.exit.exitCode, 4);
    assert.deepEqual(await finish(services.endOfTransient(UNIT, UNSTOPPED)), ended);
    await finish(later.forgetTransient(UNIT, UNSTOPPED));
  });

  test("C3: a wait that is given up leaves the command alone", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    await begin(subject, SLOW);
    const stop = new AbortController();
    const waiting = mustFail(finish(services.endOfTransient(UNIT, stop.signal)), "Aborted");
    stop.abort();
    await waiting;
    const ended = await finish(services.endOfTransient(UNIT, UNSTOPPED));
    assert.equal(ended.type === "ended" && ended.exit.exitCode, 4);
    await finish(services.forgetTransient(UNIT, UNSTOPPED));
  });

  test("C3: a name is used once, and what systemd would not take is refused", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    await begin(subject, ["/bin/true"]);
    await mustFail(begin(subject, ["/bin/true"]), "AlreadyExists");
    await finish(services.endOfTransient(UNIT, UNSTOPPED));
    await mustFail(begin(subject, ["/bin/true"]), "AlreadyExists");
    await finish(services.forgetTransient(UNIT, UNSTOPPED));
    for (const unit of ["x.timer", "x@.service", "--x"])
      await mustFail(begin(subject, ["/bin/true"], unit), "InputInvalid");
    const none = await finish(services.endOfTransient("holdfast-no.service", UNSTOPPED));
    assert.deepEqual(none, { type: "absent" });
  });

  test("C3: a program that is not there has failed, and is no success", async () => {
    await using subject = await open();
    const { services, finish } = subject;
    await begin(subject, ["/holdfast/no/program"]);
    const ended = await finish(services.endOfTransient(UNIT, UNSTOPPED));
    assert.equal(ended.type === "ended" && ended.exit.exitCode, 203);
    await finish(services.forgetTransient(UNIT, UNSTOPPED));
  });
}

async function begin(
  { services, finish, actor }: ServiceSubject,
  argv: readonly [string, ...string[]],
  unit = UNIT,
): Promise<void> {
  actor.remove(OUTPUT);
  const request = { unit, description: "a law", argv, environment: {}, outputPath: OUTPUT };
  await finish(services.startTransient(request, UNSTOPPED));
}
