import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createSimulatedHost, type SimulatedHost, VirtualClock } from "@holdfast/testing";

const UNSTOPPED = new AbortController().signal;
const UNIT = "web.service";
const MANY = 300;

/** A machine with one service that runs for ever. */
function open(): { readonly clock: VirtualClock; readonly host: SimulatedHost } {
  const clock = new VirtualClock();
  const host = createSimulatedHost({ clock });
  host.kernel.tamper.write(
    `/etc/systemd/system/${UNIT}`,
    "[Service]\nExecStart=/bin/sleep infinity\n",
  );
  return { clock, host };
}

suite("K4: one connection to systemd", () => {
  test("questions about hundreds of units never come more than 32 at a time", async () => {
    const { clock, host } = open();
    const units = Array.from({ length: MANY }, (_, at) => `unit-${at}.service`);
    for (const unit of units)
      host.kernel.tamper.write(`/etc/systemd/system/${unit}`, "[Service]\nExecStart=/bin/true\n");
    const requests = units.map((unit) => ({ unit, details: true }));
    const answers = await clock.finish(host.services.observeMany(requests, UNSTOPPED));
    assert.ok(answers.every(({ type }) => type === "present"));
    assert.equal(host.services.sockets.mostInFlight, 32);
    await host[Symbol.asyncDispose]();
  });

  test("a systemd that answers nothing makes units unknown at the deadline, and is asked again", async () => {
    const { clock, host } = open();
    const { services } = host;
    services.sockets.isHung = true;
    const startMs = clock.monotonicMs();
    const [hung] = await clock.finish(services.observeMany([{ unit: UNIT }], UNSTOPPED));
    assert.ok(hung?.type === "unknown");
    assert.equal(hung.fault.reason, "SystemdUnresponsive");
    assert.match(hung.fault.message, /did not answer ListUnitsByNames within 10 s/);
    assert.ok(clock.monotonicMs() - startMs <= 20_000);
    services.sockets.isHung = false;
    const [answer] = await clock.finish(services.observeMany([{ unit: UNIT }], UNSTOPPED));
    assert.equal(answer?.type, "present");
    await host[Symbol.asyncDispose]();
  });

  test("a job whose end nobody reported is found to have ended when systemd is back", async () => {
    const { clock, host } = open();
    const { services, kernel } = host;
    services.systemd.programs.set("/opt/slow", { readyMs: 1_000 });
    const text = "[Service]\nType=notify\nExecStart=/opt/slow\n";
    kernel.tamper.write(`/etc/systemd/system/${UNIT}`, text);
    const starting = services.start({ unit: UNIT }, UNSTOPPED);
    await clock.runUntil(() => services.systemd.jobOf(UNIT) !== undefined, 100);
    // While it begins anew it tells nobody that the service is ready.
    clock.schedule(900, () => services.sockets.reexec());
    await clock.finish(starting);
    assert.equal(services.systemd.unit(UNIT)?.active, "active");
    await host[Symbol.asyncDispose]();
  });

  test("in another root nothing can run, and the fault says so", async () => {
    const clock = new VirtualClock();
    const host = createSimulatedHost({ clock, root: "/srv/image" });
    const [answer] = await clock.finish(host.services.observeMany([{ unit: UNIT }], UNSTOPPED));
    assert.ok(answer?.type === "unknown");
    assert.equal(answer.fault.reason, "ServicesUnavailable");
    await assert.rejects(clock.finish(host.services.start({ unit: UNIT }, UNSTOPPED)), {
      reason: "ServicesUnavailable",
    });
    await host[Symbol.asyncDispose]();
  });

  test("a closed connection stays closed: calls reject, and closing twice is harmless", async () => {
    const { clock, host } = open();
    const { services } = host;
    await clock.finish(services.observeMany([{ unit: UNIT }], UNSTOPPED));
    await host[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
    await assert.rejects(clock.finish(services.start({ unit: UNIT }, UNSTOPPED)), {
      reason: "Aborted",
    });
    assert.equal(services.connection().isOpen, false);
  });
});
