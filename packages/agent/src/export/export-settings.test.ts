import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { rootCertificates } from "node:tls";
import {
  checkExport,
  type DebianMachine,
  debianMachine,
  planOver,
} from "./testing/debian-machine.ts";

/** As the installers of Debian and Ubuntu leave it, with LVM, and what an image and cloud-init add. */
const INSTALLED = `# /etc/fstab: static file system information.
#
# <file system> <mount point>   <type>  <options>       <dump>  <pass>
/dev/mapper/vg-root /               ext4    errors=remount-ro 0       1
# /boot was on /dev/sda1 during installation
UUID=0a34-0001 /boot           ext2    defaults        0       2
# /srv was on /dev/sda5 during curtin installation
/dev/disk/by-uuid/0a34-0005 /srv ext4 defaults 0 1
/dev/mapper/vg-home /home           ext4    defaults        0       2
/dev/mapper/vg-swap none            swap    sw              0       0
PARTUUID=0a34-15 /boot/efi vfat umask=0077 0 1
/dev/sr0        /media/cdrom0   udf,iso9660 user,noauto     0       0
/dev/vdz /mnt auto defaults,nofail,comment=cloudconfig 0 2
/swap.img none swap sw 0 0
`;

function reasonsOf(
  { leftOut }: Awaited<ReturnType<DebianMachine["export"]>>,
  what: string,
): readonly string[] {
  return leftOut.filter((one) => one.what === what).map(({ reason }) => reason);
}

function withoutBlanks(text: string): string {
  return text.replaceAll(/\s/g, "");
}

function withDisks(fstab: string): DebianMachine {
  const machine = debianMachine({});
  const { tamper } = machine.kernel;
  for (const path of ["/dev", "/mnt", "/mnt/data", "/mnt/usb", "/srv", "/srv/shown", "/mnt/shown"])
    tamper.makeDirectory(path);
  for (const disk of ["sdb1", "sdc1"]) tamper.makeSpecial(`/dev/${disk}`, "block-device");
  tamper.write("/etc/fstab", fstab);
  return machine;
}

function run(
  { simulated }: DebianMachine,
  tool: "mount" | "mkswap" | "swapon",
  options: readonly string[],
  ...operands: readonly string[]
): void {
  const { system } = simulated.mounts;
  const { exitCode, stderr } = system.runNow({ tool, options, operands, timeoutMs: 0 });
  assert.equal(exitCode, 0, stderr);
}

suite("export of the settings of a Debian machine", () => {
  test("§8 lines of fstab that installers, images and cloud-init wrote are no choice", async () => {
    const machine = withDisks(INSTALLED);
    await checkExport(machine, []);
    const found = await machine.export();
    for (const id of ["mount:/", "mount:/srv", "mount:/home", "mount:/mnt", "swap:/swap.img"])
      assert.deepEqual(reasonsOf(found, id), ["default"], id);
  });

  test("§8 mounts that somebody wrote into fstab, and no word more than was chosen", async () => {
    const own = `${INSTALLED}/dev/sdb1 /mnt/data/ ext4 noatime,nofail 0 2
/dev/sdc1 /mnt/usb ext4 noauto,user 0 0
/srv/shown /mnt/shown none bind 0 0
/dev/sdz1 /mnt/away ext4 nofail 0 0
//files/share /mnt/share cifs password=hunter22 0 0
`;
    const machine = withDisks(own);
    run(machine, "mount", ["-t", "ext4", "-o", "noatime"], "/dev/sdb1", "/mnt/data");
    run(machine, "mount", ["-t", "ext4"], "/dev/sdc1", "/mnt/usb");
    run(machine, "mount", ["-o", "bind"], "/srv/shown", "/mnt/shown");
    const text = await checkExport(machine, [
      "mount:/mnt/away",
      "mount:/mnt/data",
      "mount:/mnt/shown",
      "mount:/mnt/usb",
    ]);
    assert.match(text, /# is in fstab, and no installer wrote its line\n/);
    assert.match(
      text,
      /spec:\n? *\{? *source: \/dev\/sdb1,?\s+type: ext4,?\s+options: \[noatime, nofail\],?\s+pass: 2/,
    );
    assert.match(text, /source: \/srv\/shown,?\s+options: \[bind\]/);
    // What is plugged in now was not chosen, nor is what is not.
    assert.equal(text.match(/mounted: \w+/g)?.join(), "mounted: unmanaged", text);
    assert.match(text, /name: \/mnt\/away\n +spec:.*\n?.* mounted: unmanaged/);
    assert.ok(!text.includes("dump"), text);
    assert.ok(!text.includes("hunter22"), text);
    const found = await machine.export();
    assert.deepEqual(reasonsOf(found, "mount:/mnt/share"), ["indescribable"]);
    assert.ok(!JSON.stringify(found.leftOut).includes("hunter22"));
  });

  test("§8 a swap file is exported with its size, and as it is where it is no file of the kind's", async () => {
    const machine = withDisks(
      `${INSTALLED}/swapfile none swap sw,pri=5 0 0\n/open none swap sw 0 0\n`,
    );
    const { tamper } = machine.kernel;
    tamper.write("/swapfile", new Uint8Array(65_536), { mode: 0o600 });
    tamper.write("/open", new Uint8Array(40_960), { mode: 0o644 });
    for (const path of ["/swapfile", "/open"]) run(machine, "mkswap", [], path);
    run(machine, "swapon", ["--priority", "5"], "/swapfile");
    run(machine, "swapon", [], "/open");
    const text = await checkExport(machine, ["swap:/open", "swap:/swapfile"]);
    assert.match(text, /name: \/open \}/);
    assert.match(text, /name: \/swapfile\n +spec: \{ size: "64K", priority: 5 \}/);
  });

  test("§8 the host name, but not one that cloud-init, a container or nobody gave", async () => {
    const named = (name: string, live = name): DebianMachine => {
      const machine = debianMachine({});
      machine.kernel.tamper.write("/etc/hostname", `${name}\n`);
      machine.kernel.tamper.write("/etc/hosts", `127.0.1.1 ${name}\n`);
      machine.kernel.tamper.write("/proc/sys/kernel/hostname", `${live}\n`);
      return machine;
    };
    const hosts = "file:/etc/hosts";
    const text = await checkExport(named("web.example.org"), ["hostname:web.example.org", hosts]);
    assert.match(text, /# is what the machine is called\n/);
    assert.match(
      await checkExport(named("next", "now"), ["hostname:next", hosts]),
      /name: next, spec: \{ live: false \}/,
    );
    await checkExport(named("debian"), [hosts]);
    const cloud = named("web");
    cloud.kernel.tamper.write("/var/lib/cloud/data/previous-hostname", "web");
    await checkExport(cloud, [hosts]);
    const contained = named("0a340a34");
    contained.kernel.tamper.write("/srv/hostname", "0a340a34\n");
    run(contained, "mount", ["-o", "bind"], "/srv/hostname", "/etc/hostname");
    await checkExport(contained, [hosts]);
  });

  test("§8 the time zone, but not UTC; one that is no link is said", async () => {
    const zoned = (zone: string): DebianMachine => {
      const machine = debianMachine({});
      machine.kernel.tamper.write(`/usr/share/zoneinfo/${zone}`, "TZif2");
      machine.kernel.tamper.symlink("/etc/localtime", `../usr/share/zoneinfo/${zone}`);
      machine.kernel.tamper.write("/etc/timezone", `${zone}\n`);
      return machine;
    };
    const text = await checkExport(zoned("Europe/Berlin"), ["timezone:Europe/Berlin"]);
    assert.match(text, /# is the time zone that was chosen\n/);
    for (const zone of ["Etc/UTC", "Etc/GMT+1", "UTC"]) await checkExport(zoned(zone), []);
    const copied = debianMachine({});
    copied.kernel.tamper.write("/etc/localtime", "TZif2");
    await checkExport(copied, []);
    assert.deepEqual(reasonsOf(await copied.export(), "/etc/localtime"), ["indescribable"]);
  });

  test("§8 the locale: as a locale where Holdfast wrote it, else as its file; C is no choice", async () => {
    const paths = ["/etc/default", "/etc/debian_version"];
    const base = { control: "Essential: yes\n", paths };
    const ours = debianMachine({ base });
    ours.kernel.tamper.write("/etc/debian_version", "13.1\n");
    ours.kernel.tamper.makeDirectory("/etc/default");
    ours.kernel.tamper.makeDirectory("/usr/lib/locale/de_DE.utf8");
    await ours.make({ kind: "locale", name: "de_DE.UTF-8", spec: {} });
    const text = await checkExport(ours, ["locale:de_DE.UTF-8"]);
    assert.match(text, /# sets the language of the machine\n/);
    const theirs = (content: string): DebianMachine => {
      const machine = debianMachine({ base });
      machine.kernel.tamper.write("/etc/default/locale", content);
      return machine;
    };
    const updated = "#  File generated by update-locale\nLANG=de_DE.UTF-8\n";
    await checkExport(theirs(updated), ["file:/etc/default/locale"]);
    for (const content of ["LANG=C.UTF-8\n", 'LANG="C"\nLANGUAGE=\n', ""]) {
      assert.deepEqual(await theirs(content).ids({ kinds: ["locale", "file"] }), [], content);
    }
  });

  test("§8 certificates that were added to the trust store, and are trusted", async () => {
    const machine = debianMachine({});
    const { tamper } = machine.kernel;
    const [one = "", two = ""] = rootCertificates;
    const place = "/usr/local/share/ca-certificates";
    tamper.write(`${place}/own.crt`, one);
    tamper.symlink("/etc/ssl/certs/own.pem", `${place}/own.crt`);
    tamper.symlink("/etc/ssl/certs/0a34dead.0", "own.pem");
    tamper.write("/etc/ssl/certs/ca-certificates.crt", `${one}\n`);
    tamper.write(`${place}/waiting.crt`, two);
    tamper.write(`${place}/several.crt`, `${one}\n${two}`);
    tamper.write(`${place}/notes.txt`, "theirs\n");
    tamper.write(`${place}/below/other.crt`, two);
    const text = await checkExport(machine, ["ca-certificate:own"]);
    assert.match(text, /# was added to what the machine trusts\n/);
    assert.ok(withoutBlanks(text).includes(withoutBlanks(one)), text);
    const found = await machine.export();
    assert.deepEqual(reasonsOf(found, "ca-certificate:waiting"), ["indescribable"]);
    assert.deepEqual(reasonsOf(found, "ca-certificate:several"), ["unreadable"]);
    assert.deepEqual(reasonsOf(found, `${place}/below`), ["indescribable"]);
  });

  test("--all: lines of installers and names that nobody chose are exported, and change nothing", async () => {
    const machine = withDisks(`${INSTALLED}/dev/sdb1 /mnt/data ext4 defaults 0 0\n`);
    machine.kernel.tamper.write("/etc/hostname", "debian\n");
    const { entries } = await machine.export({ isAll: true });
    const ids = entries.map(({ kind, name }) => `${kind}:${name}`);
    for (const id of ["hostname:debian", "mount:/mnt/data", "swap:/swap.img"])
      assert.ok(ids.includes(id), `${id} of ${ids.join(" ")}`);
    assert.deepEqual(await planOver(machine.host)(entries, new AbortController().signal), []);
  });
});
