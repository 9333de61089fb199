import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { toFault } from "@holdfast/core";
import {
  actionOn,
  checkSimulated,
  createSimulatedHost,
  type SimulatedHost,
  VirtualClock,
  writeContext,
} from "@holdfast/testing";
import { directoryKind } from "./kind.ts";
import type { DirectoryInput } from "./spec.ts";

const app = { uid: 1000, gid: 1000 };
const named = { app: 1000 };
/** A user, to whom directories can be closed. */
const asApp = (): SimulatedHost =>
  createSimulatedHost({ clock: new VirtualClock(), users: named, groups: named, agent: app });
const asRoot = (): SimulatedHost =>
  createSimulatedHost({ clock: new VirtualClock(), users: named, groups: named });

/** Observes once, and applies what differs; what is unknown is never applied. */
async function once(
  host: SimulatedHost,
  input: DirectoryInput,
  meanwhile: () => void = () => {},
): Promise<string> {
  const context = writeContext({ host, tree: () => [] });
  const spec = directoryKind.bind("/srv/app", input, assert.fail);
  const found = await directoryKind.observe(spec, context);
  if (found.type !== "present") return found.type === "unknown" ? found.fault.message : found.type;
  const changes = directoryKind.diff(spec, found.value);
  if (changes.length === 0) return "in sync";
  meanwhile();
  const action = actionOn(directoryKind, { spec, observed: found.value, changes });
  return await directoryKind.apply(action, context).then(
    () => "applied",
    (error: unknown) => `${toFault(error).reason}: ${toFault(error).message}`,
  );
}

suite("everything below a directory", () => {
  test("is of every type: an owner is also that of links, FIFOs, sockets and devices; a link has no mode", async () => {
    const host = await checkSimulated(
      { kind: directoryKind, name: "/srv/app", input: { recurse: { mode: "0640", owner: "app" } } },
      ({ kernel: { tamper } }) => {
        tamper.write("/srv/outside", "x", { mode: 0o600 });
        tamper.symlink("/srv/app/link", "/srv/outside");
        tamper.makeSpecial("/srv/app/fifo", "fifo");
        tamper.makeSpecial("/srv/app/sub/socket", "socket");
        tamper.makeSpecial("/srv/app/device", "block-device");
        tamper.write("/srv/app/caf\udce9", "x");
      },
      ["recurse.mode", "recurse.owner"],
    );
    assert.deepEqual(host.kernel.inspect.tree("/srv"), [
      "/srv directory 0755 0:0",
      "/srv/app directory 0755 0:0",
      '/srv/app/caf\udce9 file 0640 1000:0 "x"',
      "/srv/app/device block-device 0640 1000:0",
      "/srv/app/fifo fifo 0640 1000:0",
      "/srv/app/link link 0777 1000:0 -> /srv/outside",
      "/srv/app/sub directory 0750 1000:0",
      "/srv/app/sub/socket socket 0640 1000:0",
      '/srv/outside file 0600 0:0 "x"',
    ]);
  });

  test("may vanish meanwhile: the others are changed", async () => {
    const host = asRoot();
    const { tamper, inspect } = host.kernel;
    for (let i = 0; i < 9; i++) tamper.write(`/srv/app/f${i}`, "x");
    const vanish = () => ["f0", "f4", "f8"].forEach((name) => tamper.remove(`/srv/app/${name}`));
    assert.equal(await once(host, { recurse: { mode: "0600" } }, vanish), "applied");
    assert.ok(inspect.tree("/srv/app").every((line) => /directory|f[1-35-7] file 0600/.test(line)));
  });

  test("is changed as far as it can be, and the rest is one fault with the first names and their number", async () => {
    const host = asApp();
    const { tamper, inspect } = host.kernel;
    for (let i = 0; i < 9; i++) tamper.write(`/srv/app/f${i}`, "x", i % 2 === 0 ? app : {});
    const said = await once(host, { recurse: { mode: "0600" } });
    assert.match(
      said,
      /^PermissionDenied: cannot change what is below \/srv\/app: 4 entries failed/,
    );
    assert.match(said, /\/srv\/app\/f7 \(PermissionDenied\), .* and 1 more; cannot set .*\/f7/);
    const lines = inspect.tree("/srv/app").filter((line) => line.includes(" 0600 1000:1000"));
    assert.equal(lines.length, 5);
  });

  test("is unknown where a directory is closed to us, and everything else is changed first", async () => {
    const host = asApp();
    const { tamper, inspect } = host.kernel;
    tamper.makeDirectory("/srv/app", app);
    tamper.write("/srv/app/closed/file", "x");
    tamper.chmod("/srv/app/closed", 0o700);
    tamper.write("/srv/app/open", "x", app);
    const recurse = { mode: "0600" };
    const said = await once(host, { recurse });
    assert.match(said, /^PermissionDenied: cannot list \/srv\/app\/closed:/);
    assert.equal((inspect.stat("/srv/app/open")?.mode ?? 0) & 0o777, 0o600);
    assert.match(await once(host, { recurse }), /\/srv\/app\/closed/);
  });

  test("is changed where only our own change opens a directory, and where it closes one", async () => {
    const host = asApp();
    const { tamper, inspect } = host.kernel;
    tamper.makeDirectory("/srv/app", app);
    tamper.makeDirectory("/srv/app/a", app);
    tamper.makeDirectory("/srv/app/a/b", app);
    tamper.write("/srv/app/a/b/file", "x", app);
    tamper.chmod("/srv/app/a/b", 0);
    tamper.chmod("/srv/app/a", 0);
    assert.equal(await once(host, { recurse: { mode: "0640" } }), "applied");
    assert.deepEqual(inspect.tree("/srv/app/a"), [
      "/srv/app/a directory 0750 1000:1000",
      "/srv/app/a/b directory 0750 1000:1000",
      '/srv/app/a/b/file file 0640 1000:1000 "x"',
    ]);
    assert.equal(await once(host, { recurse: { mode: "0200" } }), "applied");
    assert.deepEqual(inspect.tree("/srv/app/a"), [
      "/srv/app/a directory 0200 1000:1000",
      "/srv/app/a/b directory 0200 1000:1000",
      '/srv/app/a/b/file file 0200 1000:1000 "x"',
    ]);
  });
});
