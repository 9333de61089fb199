import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";
import type { ServiceHint } from "@holdfast/core";
import {
  openFiles,
  openPathWatches,
  openRemoteFiles,
  openServices,
  realClock,
  realFileCalls,
  SYSTEMD_SOCKETS,
} from "@holdfast/host";

// Who else may speak to us on the message bus of the machine that this runs in. It must be a disposable one.

const UNSTOPPED = new AbortController().signal;
const SYSTEMD = ["/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"];
const POLL_MS = 5;
const TRIES = 2_000;

const remote = openRemoteFiles({ clock: realClock });
const files = openFiles({ calls: realFileCalls, root: "/", clock: realClock, remote });
const paths = openPathWatches({ clock: realClock });
const sockets = { ...SYSTEMD_SOCKETS, own: "/run/holdfast-no-such-socket" };
const services = openServices({ clock: realClock, files, paths, sockets });
after(async () => {
  await services[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
  await remote[Symbol.asyncDispose]();
});

test("K4: a signal of systemd's that somebody else sends is none", async () => {
  run("systemctl", "start", "dbus.socket", "dbus.service");
  await until(() => spawnSync("busctl", ["status", "org.freedesktop.systemd1"]).status === 0);
  const hints: ServiceHint[] = [];
  await using _watch = await services.watch(
    ["dbus.service"],
    (hint) => hints.push(hint),
    UNSTOPPED,
  );
  const spoof = ["emit", `--destination=${ownName()}`, ...SYSTEMD];
  run("setpriv", "--reuid=65534", "--clear-groups", "busctl", ...spoof, "UnitFilesChanged");
  run("busctl", ...spoof, "Reloading", "b", "false");
  // What systemd says itself comes after all that.
  run("systemctl", "daemon-reload");
  await until(() => hints.length > 0);
  assert.deepEqual(hints, [{ type: "overflow" }]);
});

/** The name of this process on the bus. */
function ownName(): string {
  const rows = run("busctl", "list", "--unique", "--no-legend").split("\n");
  const row = rows
    .map((line) => line.trim().split(/\s+/))
    .find(([, pid]) => pid === `${process.pid}`);
  assert.ok(row?.[0] !== undefined, "this process is not on the bus");
  return row[0];
}

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    assert.ok(tries < TRIES, "it never comes");
    await new Promise<void>((resolve) => realClock.schedule(POLL_MS, resolve));
  }
}
