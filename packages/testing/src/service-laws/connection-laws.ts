import assert from "node:assert/strict";
import { test } from "node:test";
import {
  activeOf,
  ADMIN,
  ENDLESS,
  listen,
  mustFail,
  mustHint,
  type ServiceLawsOptions,
  type ServiceSubject,
  unitText,
  UNSTOPPED,
} from "./subject.ts";

const UNIT = "holdfast-law.service";

/** Laws of what is between us and systemd. */
export function connectionLaws(
  options: ServiceLawsOptions,
  open: () => Promise<ServiceSubject>,
): void {
  test("K4: nothing is opened before it is needed, and the socket in use is reported", async () => {
    await using subject = await open();
    const { services } = subject;
    assert.deepEqual(services.connection(), { socket: undefined, isOpen: false, calls: 0 });
    await subject.finish(services.observeMany([{ unit: UNIT }], UNSTOPPED));
    const { socket, isOpen } = services.connection();
    assert.deepEqual([socket, isOpen], [options.socket, true]);
  });

  if (options.needsBus) busLaws(open);
  else ownSocketLaws(open);
}

/** With systemd's own socket the death of the message bus is nothing. */
function ownSocketLaws(open: () => Promise<ServiceSubject>): void {
  test("K4: the message bus dies and nothing is lost, nor while it is away", async () => {
    await using subject = await open();
    const { services, actor } = subject;
    actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    await using listening = await listen(subject, [UNIT]);
    await actor.killBus();
    await actor.setBus(false);
    for (const active of ["active", "failed"]) {
      await subject.settle();
      listening.clear();
      if (active === "active") await actor.systemctl("start", UNIT);
      else await actor.kill(UNIT);
      await mustHint(subject, listening, UNIT);
    }
    await subject.finish(services.start({ unit: UNIT }, UNSTOPPED));
    assert.equal(await activeOf(subject, UNIT), "active");
    assert.equal(listening.ended(), undefined);
    await actor.setBus(true);
  });
}

/** Without it, what needs the bus says so in time, and goes on when there is one again. */
function busLaws(open: () => Promise<ServiceSubject>): void {
  test("K4: without the bus everything is unknown, nothing absent, and the watch ends; with it a new one works", async () => {
    await using subject = await open();
    const { services, actor, finish } = subject;
    actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    const listening = await listen(subject, [UNIT]);
    await actor.setBus(false);
    assert.ok(await subject.until(() => listening.ended() !== undefined), "the watch goes on");
    assert.equal(listening.ended()?.reason, "SystemdUnresponsive");
    const requests = [UNIT, "holdfast-no.service"].map((unit) => ({ unit }));
    for (const answer of await finish(services.observeMany(requests, UNSTOPPED))) {
      assert.ok(answer.type === "unknown", `a unit is ${answer.type}`);
      assert.equal(answer.fault.reason, "SystemdUnresponsive");
    }
    await mustFail(finish(services.start({ unit: UNIT }, UNSTOPPED)), "SystemdUnresponsive");
    await mustFail(finish(services.watch([UNIT], () => {}, UNSTOPPED)), "SystemdUnresponsive");
    await actor.setBus(true);
    await using again = await listen(subject, [UNIT]);
    await actor.systemctl("start", UNIT);
    await mustHint(subject, again, UNIT);
    assert.equal(await activeOf(subject, UNIT), "active");
  });

  test("D10: a bus that dies and comes back is an overflow, and the watch goes on", async () => {
    await using subject = await open();
    const { actor } = subject;
    actor.write(`${ADMIN}/${UNIT}`, unitText(ENDLESS));
    await using listening = await listen(subject, [UNIT]);
    await actor.killBus();
    const isOverflow = () => listening.hints.some(({ type }) => type === "overflow");
    assert.ok(await subject.until(isOverflow), String(listening.ended()?.message));
    await subject.settle();
    listening.clear();
    await actor.systemctl("start", UNIT);
    await mustHint(subject, listening, UNIT);
  });
}
