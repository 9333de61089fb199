import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type OpenServices, SYSTEMD_SOCKETS } from "@holdfast/host";
import { serviceLaws } from "../service-laws/service-laws.ts";
import {
  ADMIN,
  ENDLESS,
  type ServiceActor,
  type ServiceSubject,
  unitText,
  UNSTOPPED,
  VENDOR,
  WANTED,
} from "../service-laws/subject.ts";
import { finishOn } from "../law-machines/finish-on.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { createSimulatedHost, type SimulatedHost } from "./simulated-host.ts";

/** Turns of the loop that anything on its way takes at most. */
const TURNS = 20;

describe("simulated services", () => {
  serviceLaws(
    {
      machine: "a simulated systemd",
      socket: SYSTEMD_SOCKETS.own,
      needsBus: false,
      runs: 50,
      rounds: 100,
    },
    () => open(true),
  );
  serviceLaws(
    {
      machine: "a simulated systemd, by the bus",
      socket: SYSTEMD_SOCKETS.bus,
      needsBus: true,
      runs: 50,
      rounds: 100,
    },
    () => open(false),
  );
  test("K4: changes of links at the same time share a reading of the unit files that begins after it", async () => {
    const clock = new VirtualClock();
    const { services, kernel } = createSimulatedHost({ clock });
    const units = Array.from({ length: 20 }, (_, at) => `holdfast-many-${at}.service`);
    for (const unit of units) kernel.tamper.write(`${VENDOR}/${unit}`, unitText(ENDLESS, WANTED));
    let reloads = 0;
    services.systemd.listen(({ member, body }) => {
      if (member === "Reloading" && body[0] === true) reloads += 1;
    });
    const stop = new AbortController();
    const given = services.daemonReload(stop.signal).catch(() => "given up");
    const enabling = Promise.all(units.map((unit) => services.enable([unit], UNSTOPPED)));
    stop.abort();
    await finishOn(clock, enabling);
    assert.equal(await given, "given up");
    assert.equal(reloads, 2);
  });

  test("K4: whatever cannot be read of its files, a unit is as it is or unknown, never absent", async () => {
    const clock = new VirtualClock();
    const { services, files, kernel } = createSimulatedHost({ clock });
    const unit = "holdfast-law@one.service";
    kernel.tamper.write(`${VENDOR}/holdfast-law@.service`, unitText(ENDLESS, WANTED));
    kernel.tamper.write(`${ADMIN}/${unit}.d/more.conf`, "[Unit]\nDescription=more\n");
    const observe = async () => {
      const { injection } = kernel;
      const before = injection.calls;
      const [found] = await finishOn(clock, services.observeMany([{ unit }], UNSTOPPED));
      await files[Symbol.asyncDispose]();
      return { found, calls: injection.calls - before };
    };
    await observe();
    const truth = await observe();
    assert.ok(truth.found?.type === "present" && truth.found.value.dropIns.length === 1);
    for (let nth = 1; nth <= truth.calls; nth++) {
      kernel.injection.fail({ call: /./, nth }, "EIO");
      const { found } = await observe();
      kernel.injection.relieve();
      if (found?.type !== "unknown") assert.deepEqual(found, truth.found, `call ${nth}`);
    }
  });
});

async function open(hasOwn: boolean): Promise<ServiceSubject> {
  const clock = new VirtualClock();
  const host = createSimulatedHost({ clock });
  const { services } = host;
  services.sockets.hasOwn = hasOwn;
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn++) await clock.settle();
  };
  return {
    services,
    reopen: () => services.reopen(),
    actor: actorOf(host, clock),
    finish: (work) => finishOn(clock, work),
    async until(isSo) {
      for (let turn = 0; turn < TURNS && !isSo(); turn++) await clock.runUntil(isSo, 60_000);
      return isSo();
    },
    settle,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
    },
  };
}

function actorOf({ kernel, services }: SimulatedHost, clock: VirtualClock): ServiceActor {
  const { tamper, inspect } = kernel;
  const { systemd, sockets } = services;
  return {
    write: (path, text) => tamper.write(path, text),
    remove: (path) => tamper.remove(path),
    symlink: (path, target) => tamper.symlink(path, target),
    text: (path) => inspect.text(path),
    async systemctl(verb, unit = "") {
      if (verb === "daemon-reload") await clock.finish(systemd.reload());
      else if (verb === "daemon-reexec") sockets.reexec();
      else await clock.finish(systemctl(services.reopen(), verb, unit));
    },
    async kill(unit) {
      systemd.kill(unit);
    },
    async killBus() {
      sockets.killBus();
    },
    async setBus(isRunning) {
      sockets.hasBus = isRunning;
      if (!isRunning) sockets.killBus();
    },
  };
}

/** Another program that asks systemd for something, and waits. */
async function systemctl(
  services: OpenServices,
  verb: "start" | "stop" | "enable" | "disable",
  unit: string,
): Promise<void> {
  await using other = services;
  if (verb === "start" || verb === "stop") await other[verb]({ unit }, UNSTOPPED);
  else await other[verb]([unit], UNSTOPPED);
}
