import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "@holdfast/core";
import {
  openFiles,
  openPathWatches,
  openRemoteFiles,
  openServices,
  realClock,
  realFileCalls,
  SYSTEMD_SOCKETS,
  type SystemdSockets,
} from "@holdfast/host";
import { type ServiceActor, serviceLaws, type ServiceSubject } from "@holdfast/testing";

// The laws of services on the systemd of the machine that this runs in. It must be a disposable one.

const UNIT_DIRECTORIES = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/local/lib/systemd/system",
];
/** As everything is called that a law makes. */
const OURS = /^holdfast-/;
/** A hint of a real systemd comes within this, also on a busy machine. */
const HINT_MS = 20_000;
const POLL_MS = 2;
/** What is on its way has arrived when nothing came for so long. */
const QUIET_MS = 60;
const NO_SOCKET = "/run/holdfast-no-such-socket";

serviceLaws(
  {
    machine: "a real systemd",
    socket: SYSTEMD_SOCKETS.own,
    needsBus: false,
    runs: 3,
    rounds: 100,
  },
  () => open(SYSTEMD_SOCKETS),
);
serviceLaws(
  {
    machine: "a real systemd, by the bus",
    socket: SYSTEMD_SOCKETS.bus,
    needsBus: true,
    runs: 3,
    rounds: 10,
  },
  () => open({ ...SYSTEMD_SOCKETS, own: NO_SOCKET }),
);

async function open(sockets: SystemdSockets): Promise<ServiceSubject> {
  const clock: Clock = realClock;
  const remote = openRemoteFiles({ clock });
  const files = openFiles({ calls: realFileCalls, root: "/", clock, remote });
  const paths = openPathWatches({ clock });
  const reopen = () => openServices({ clock, files, paths, sockets });
  await startBus();
  const services = reopen();
  return {
    services,
    reopen,
    actor,
    finish: (work) => work,
    until,
    settle: () => pause(QUIET_MS),
    async [Symbol.asyncDispose]() {
      await services[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
      await remote[Symbol.asyncDispose]();
      cleanUp();
    },
  };
}

const actor: ServiceActor = {
  write(path, text) {
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.writeFileSync(path, text);
  },
  remove: (path) => fs.rmSync(path, { force: true, recursive: true }),
  symlink(path, target) {
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.symlinkSync(target, path);
  },
  text: (path) => (fs.existsSync(path) ? fs.readFileSync(path, "utf8") : undefined),
  async systemctl(verb, unit) {
    systemctl(verb, ...(unit === undefined ? [] : [unit]));
  },
  async kill(unit) {
    systemctl("kill", "--kill-who=main", "--signal=KILL", unit);
  },
  async killBus() {
    systemctl("kill", "--signal=KILL", "dbus.service");
  },
  async setBus(isRunning) {
    if (isRunning) await startBus();
    else systemctl("stop", "dbus.socket", "dbus.service");
  },
};

function systemctl(...words: readonly string[]): void {
  const { status, stderr } = spawnSync("systemctl", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`systemctl ${words.join(" ")}: ${stderr}`);
}

/** Resolves when systemd is reached by it, which is some time after it has started. */
async function startBus(): Promise<void> {
  systemctl("start", "dbus.socket", "dbus.service");
  const status = ["--system", "status", "org.freedesktop.systemd1"];
  for (let tries = 0; spawnSync("busctl", status).status !== 0; tries++) {
    if (tries === 1_000) throw new Error("systemd never comes to the bus");
    await pause(POLL_MS);
  }
}

async function until(isSo: () => boolean): Promise<boolean> {
  const endMs = realClock.monotonicMs() + HINT_MS;
  while (!isSo()) {
    if (realClock.monotonicMs() > endMs) return false;
    await pause(POLL_MS);
  }
  return true;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => realClock.schedule(delayMs, resolve));
}

/** Nothing of a law is left for the next: what neither runs nor has failed systemd reads anew when it is asked for it. */
function cleanUp(): void {
  systemctl("stop", "holdfast-*");
  for (const directory of UNIT_DIRECTORIES) {
    for (const name of fs.existsSync(directory) ? fs.readdirSync(directory) : [])
      if (OURS.test(name)) fs.rmSync(`${directory}/${name}`, { recursive: true });
  }
  systemctl("reset-failed");
}
