import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { mountAt, type MountRequest } from "@holdfast/core";
import {
  actionOn,
  checkKind,
  checkKindUnknown,
  checkSimulated,
  createSimulatedHost,
  refuseSimulated,
  type SimulatedHost,
  simulatedRig,
  type Start,
  VirtualClock,
  writeContext,
} from "@holdfast/testing";
import type { MountInput } from "./fields.ts";
import { mountKind } from "./kind.ts";
import type { MountObserved } from "./observe.ts";

const POINT = "/mnt/data";
const FSTAB = "/etc/fstab";
const THEIRS = "# theirs\n/dev/vda1\t/  ext4 errors=remount-ro 0 1 # root\n\nbroken\n";
const DISK = "UUID=0a34-07de";

const mount = (input: MountInput, name = POINT) => ({ kind: mountKind, name, input });
const machine: Start = ({ kernel: { tamper } }) => {
  for (const path of [
    "/mnt",
    POINT,
    "/srv",
    "/srv/shown",
    "/dev",
    "/dev/disk",
    "/dev/disk/by-uuid",
  ])
    tamper.makeDirectory(path);
  for (const disk of ["/dev/sdb1", "/dev/sdc1"]) tamper.makeSpecial(disk, "block-device");
  tamper.symlink("/dev/disk/by-uuid/0a34-07de", "../../sdb1");
  tamper.write(FSTAB, THEIRS);
};
/** As somebody did it by hand. */
const mounted =
  (options: readonly string[], ...operands: readonly string[]): Start =>
  (host) => {
    machine(host);
    run(host, "mount", options, ...operands);
  };
function run(
  { mounts }: SimulatedHost,
  tool: "mount" | "umount",
  options: readonly string[],
  ...operands: readonly string[]
): void {
  const { exitCode, stderr } = mounts.system.runNow({ tool, options, operands, timeoutMs: 0 });
  assert.equal(exitCode, 0, stderr);
  mounts.system.runs.length = 0;
}
const top = ({ mounts }: SimulatedHost) => mountAt(mounts.system.mounted(), POINT);
const text = ({ kernel }: SimulatedHost) => kernel.inspect.text(FSTAB) ?? "";
const line = (host: SimulatedHost) =>
  text(host)
    .split("\n")
    .find((each) => each.includes(` ${POINT}`) || each.includes(`\t${POINT}`));

suite("mount", () => {
  test("K10: options that fstab has and the mounted file system does not are seen, and the other way round", async () => {
    const input = { source: DISK, type: "ext4", options: "noatime,nofail", pass: 2 };
    const changed: Start = (host) => {
      mounted(["-t", "ext4"], "/dev/sdb1", POINT)(host);
      host.kernel.tamper.write(FSTAB, `${THEIRS}${DISK} ${POINT} ext4 nofail,noatime 0 2\n`);
    };
    const host = await checkSimulated(mount(input), changed, ["options"]);
    assert.deepEqual(host.mounts.system.runs, [`mount -o remount,noatime /dev/sdb1 ${POINT}`]);
    const live = mounted(["-t", "ext4", "-o", "noatime"], "/dev/sdb1", POINT);
    await checkSimulated(mount(input), live, ["persisted.state"]);
  });

  test("K10: changed options are a remount and never an unmount, those that the kernel does not show too", async () => {
    const before: Start = (host) => {
      mounted(["-t", "ext4", "-o", "nosuid"], "/dev/sdb1", POINT)(host);
      host.kernel.tamper.write(FSTAB, `${DISK} ${POINT} ext4 nosuid 0 0\n`);
    };
    const options = "nosuid,commit=30,x-systemd.device-timeout=5";
    const changes = ["persisted.options"];
    const host = await checkSimulated(mount({ source: DISK, options }), before, changes);
    assert.deepEqual(host.mounts.system.runs, [
      `mount -o remount,relatime,nosuid,commit=30 /dev/sdb1 ${POINT}`,
    ]);
    const quiet = "nosuid,nofail,x-systemd.device-timeout=5";
    const same = await checkSimulated(mount({ source: DISK, options: quiet }), before, changes);
    assert.deepEqual(same.mounts.system.runs, []);
  });

  test("K10: flags that nobody declared survive a remount", async () => {
    const before = mounted(["-t", "ext4", "-o", "nosuid,ro"], "/dev/sdb1", POINT);
    const input: MountInput = { source: DISK, options: ["noexec"], persisted: false };
    const host = await checkSimulated(mount(input), before, ["options"]);
    assert.deepEqual(top(host)?.options, ["ro", "nosuid", "noexec", "relatime"]);
  });

  test("K10: a bind mount is mounted once, also of a directory that is itself a bind mount, with a blank in its name", async () => {
    const source = "/mnt/a b/c";
    const nested: Start = (host) => {
      machine(host);
      for (const path of ["/mnt/a b", "/srv/shown/c"]) host.kernel.tamper.makeDirectory(path);
      run(host, "mount", ["-o", "bind"], "/srv/shown", "/mnt/a b");
    };
    const input: MountInput = { source, options: "bind,ro" };
    const host = await checkSimulated(mount(input), nested, ["mounted", "persisted.state"]);
    assert.equal(host.mounts.system.runs.length, 1);
    assert.equal(top(host)?.root, "/srv/shown/c");
    assert.equal(line(host), `/mnt/a\\040b/c ${POINT} none bind,ro 0 0`);
  });

  test("K10: UUID and every other name of a device are the same device", async () => {
    for (const source of [DISK, "/dev/disk/by-uuid/0a34-07de", "/dev/sdb1"]) {
      const before = mounted([], "/dev/sdb1", POINT);
      await checkSimulated(mount({ source, persisted: false }), before, []);
      const other = mounted([], "/dev/sdc1", POINT);
      const host = await checkSimulated(mount({ source, persisted: false }), other, ["source"]);
      assert.equal(top(host)?.source, "/dev/sdb1");
    }
  });

  test("K10: an option that the kernel adds by itself is no difference", async () => {
    const before = mounted(["-t", "ext4"], "/dev/sdb1", POINT);
    const options = "defaults,relatime,nofail,_netdev,user,x-systemd.automount,comment=a,async,rw";
    await checkSimulated(
      mount({ source: DISK, options, mounted: true, persisted: false }),
      before,
      [],
    );
  });

  test("K10: a mount in use stays mounted and keeps its line, and the fault says who uses it", async () => {
    const before: Start = (host) => {
      mounted(["-t", "ext4"], "/dev/sdb1", POINT)(host);
      host.kernel.tamper.write(FSTAB, `${THEIRS}${DISK} ${POINT} ext4 defaults\n`);
      host.mounts.system.holders.set(POINT, { pid: 12, program: "postgres" });
    };
    const fault = await refuseSimulated(mount({ state: "absent" }), before, "MountBusy");
    assert.match(fault.message, /postgres \(pid 12\) uses it/);
    const other: MountInput = { source: "/dev/sdc1", persisted: false };
    await refuseSimulated(mount(other), before, "MountBusy");
    const forced: MountInput = { state: "absent", force: true };
    const host = await checkSimulated(mount(forced), before, ["mounted", "persisted.state"]);
    assert.equal(top(host)?.mountPoint, "/");
    assert.equal(text(host), THEIRS);
  });

  test("K10: two lines for one mount point are unknown, however it is spelled; declared absent both go", async () => {
    const twice: Start = (host) => {
      machine(host);
      const lines = `/dev/sdb1 ${POINT} ext4\n/dev/sdc1 ${POINT}/ ext4 noauto\n`;
      host.kernel.tamper.write(FSTAB, THEIRS + lines);
    };
    const rig = simulatedRig(twice);
    await rig.finish(checkKindUnknown(mount({ source: DISK }), "ContentInvalid", rig));
    const host = await checkSimulated(mount({ state: "absent" }), twice, ["persisted.state"]);
    assert.equal(text(host), THEIRS);
  });

  test("K10: without its directory, without its source and through a link nothing is mounted", async () => {
    const linked: Start = (host) => {
      machine(host);
      host.kernel.tamper.symlink("/mnt/link", "data");
      host.kernel.tamper.makeDirectory("/mnt/data/in");
    };
    const { resolution } = await refuseSimulated(
      mount({ source: DISK }, "/mnt/x"),
      linked,
      "NotFound",
    );
    assert.match(resolution, /^Declare directory:\/mnt\/x,/);
    await refuseSimulated(mount({ source: "UUID=gone" }), linked, "NotFound");
    await refuseSimulated(mount({ source: "/srv/x", options: "bind" }), linked, "NotFound");
    await refuseSimulated(mount({ source: DISK }, "/mnt/link"), linked, "WrongType");
    await refuseSimulated(mount({ source: DISK }, "/mnt/link/in"), linked, "WrongType");
    await refuseSimulated(mount({ source: "/mnt/link/in", options: "bind" }), linked, "WrongType");
  });

  test("K10: a mount that the kernel refuses is not written into fstab", async () => {
    const input: MountInput = { source: DISK, type: "xfs", options: "nofail" };
    const hasExt4 = mounted(["-t", "ext4"], "/dev/sdb1", "/srv");
    await refuseSimulated(mount(input), hasExt4, "MountFailed");
  });

  test("K10: nofail is as its author says, and what is mounted on demand is left to that", async () => {
    const host = await checkSimulated(mount({ source: DISK }), machine, [
      "mounted",
      "persisted.state",
    ]);
    assert.equal(line(host), `${DISK} ${POINT} auto defaults 0 0`);
    const demanded: MountInput = { source: DISK, options: ["noauto", "nofail"], type: "ext4" };
    const other = await checkSimulated(mount(demanded), machine, ["persisted.state"]);
    assert.equal(line(other), `${DISK} ${POINT} ext4 noauto,nofail 0 0`);
    assert.deepEqual(other.mounts.system.runs, []);
  });

  test("K10: a line keeps its spacing, its comment and what is not declared of it", async () => {
    const before: Start = (host) => {
      mounted(["-t", "ext4"], "/dev/sdb1", POINT)(host);
      host.kernel.tamper.write(
        FSTAB,
        `${THEIRS}${DISK}\t${POINT}/   ext4  noatime 1 2  # data\r\n`,
      );
    };
    const input: MountInput = { source: DISK, options: "noatime,nofail" };
    const host = await checkSimulated(mount(input), before, ["options", "persisted.options"]);
    assert.equal(line(host), `${DISK}\t${POINT}/   ext4  noatime,nofail 1 2  # data\r`);
  });

  test("K10: systemd reads fstab once for many, after the last of them", async () => {
    const { host, finish } = simulatedRig(machine);
    const reloads: string[] = [];
    host.kernel.tamper.makeDirectory("/mnt/second");
    const services = {
      ...host.services,
      daemonReload: async () => void reloads.push(text(host)),
    };
    const names = [POINT, "/mnt/second"];
    const members = names.map((name) => {
      const input = { source: "scratch", type: "tmpfs" };
      const spec = mountKind.bind(name, input, () => assert.fail());
      const { observed }: { readonly observed?: MountObserved } = {};
      const changes = mountKind.diff(spec, observed);
      const action = actionOn(mountKind, { spec, observed, changes });
      return { action, context: writeContext({ host: { ...host, services }, tree: () => [] }) };
    });
    const faults = await finish(mountKind.batch?.applyMany(members) ?? Promise.resolve([]));
    assert.deepEqual(faults, [undefined, undefined]);
    assert.equal(reloads.length, 1);
    for (const name of names) assert.match(reloads[0] ?? "", new RegExp(`scratch ${name} tmpfs`));
  });

  test("K10: another source is in fstab and read by systemd before it is mounted, or systemd unmounts it at once", async () => {
    const rig = simulatedRig((host) => {
      mounted(["-t", "ext4"], "/dev/sdc1", POINT)(host);
      host.kernel.tamper.write(FSTAB, `/dev/sdc1 ${POINT} ext4\n`);
    });
    const { host } = rig;
    const steps: string[] = [];
    const services = { ...host.services, daemonReload: async () => void steps.push("reload") };
    const mounts = {
      ...host.mounts,
      async mount(request: MountRequest, signal: AbortSignal) {
        steps.push(`mount with ${text(host).split(" ", 1)[0]}`);
        await host.mounts.mount(request, signal);
      },
    };
    const observed = { ...rig, host: { ...host, services, mounts } };
    await rig.finish(checkKind(mount({ source: "/dev/sdb1" }), observed));
    assert.deepEqual(steps, ["reload", "mount with /dev/sdb1"]);
  });

  test("K10: a mount whose server is dead is observed and unmounted without being touched", async () => {
    const dead: Start = (host) => {
      machine(host);
      const source = { type: "disk", fileSystemType: "nfs4" } as const;
      host.kernel.mount(POINT, { source, name: "server:/export/" });
      host.kernel.fileSystemAt(POINT).isResponsive = false;
    };
    const input: MountInput = { source: "server:/export", type: "nfs", options: "rw,vers=4" };
    await checkSimulated(mount({ ...input, persisted: false }), dead, []);
    await checkSimulated(mount(input), dead, ["persisted.state"]);
    await checkSimulated(mount({ state: "absent" }), dead, ["mounted"]);
  });

  test("K10: a password in options is refused, and one that fstab has is shown to nobody", async () => {
    const mistakes: string[] = [];
    const input = { source: "//server/share", type: "cifs", options: "ro,password=hunter2" };
    mountKind.bind(POINT, input, (path, _summary, detail) => mistakes.push(`${path}: ${detail}`));
    assert.equal(mistakes.length, 1);
    assert.match(mistakes[0] ?? "", /^options: .*credentials=FILE/);
    const { host, finish } = simulatedRig((start) => {
      machine(start);
      const written = `//server/share ${POINT} cifs noauto,password=hunter2\n`;
      start.kernel.tamper.write(FSTAB, written);
    });
    const wanted: MountInput = { ...input, options: "noauto" };
    const spec = mountKind.bind(POINT, wanted, () => assert.fail());
    const rig = { host, tree: () => [] };
    const found = await finish(Promise.resolve(mountKind.observe(spec, writeContext(rig))));
    assert.ok(found.type === "present");
    const shown = JSON.stringify([
      mountKind.diff(spec, found.value),
      mountKind.details?.(found.value),
      mountKind.fingerprint(found.value),
      mountKind.describe?.(spec, found.value),
    ]);
    assert.match(shown, /password=‹secret›/);
    assert.doesNotMatch(shown, /hunter2/);
  });

  test("K10: under another root only fstab is kept, and that is said", async () => {
    const clock = new VirtualClock();
    const host = createSimulatedHost({ clock, root: "/image" });
    host.kernel.tamper.makeDirectory("/image/etc");
    const rig = { host, tree: () => host.kernel.inspect.tree() };
    await clock.finish(checkKind(mount({ source: DISK, options: "nofail" }), rig));
    assert.equal(
      host.kernel.inspect.text("/image/etc/fstab"),
      `${DISK} ${POINT} auto nofail 0 0\n`,
    );
    assert.deepEqual(host.mounts.system.runs, []);
    const spec = mountKind.bind(POINT, { source: DISK }, () => assert.fail());
    const found = await clock.finish(Promise.resolve(mountKind.observe(spec, writeContext(rig))));
    assert.ok(found.type === "present");
    assert.deepEqual(mountKind.details?.(found.value), {
      mounted: "not here: this is another root",
    });
  });
});
