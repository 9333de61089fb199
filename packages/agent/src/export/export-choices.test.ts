import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Fault, resourceId } from "@holdfast/core";
import type { LeftOut } from "./candidate.ts";
import { readIgnorePatterns } from "./ignore-patterns.ts";
import { manifestText } from "./output/manifest-text.ts";
import {
  checkExport,
  debianMachine,
  type DeclaredResource,
  planOver,
} from "./testing/debian-machine.ts";

const RECORDS = "/var/lib/systemd/deb-systemd-helper-enabled";
const UNITS = "/usr/lib/systemd/system";
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBERERERERERERERERERERERERERERERERERERERERER";
const PRIVATE = ["-----BEGIN OPENSSH", "PRIVATE KEY-----"].join(" ");
const SERVICE = "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n";

/** Resources that are files which Holdfast writes, in the order of an export. */
const KEPT: readonly DeclaredResource[] = [
  {
    kind: "apt-repository",
    name: "example",
    spec: {
      uris: ["https://deb.example.org/debian"],
      suites: ["stable"],
      components: ["main"],
      signedBy: { path: "/etc/apt/keyrings/example.asc" },
    },
  },
  { kind: "kernel-module", name: "br_netfilter", spec: { options: { debug: "1" } } },
  { kind: "sysctl", name: "net.core.somaxconn", spec: { value: "4096" } },
  { kind: "sysctl", name: "net/ipv4/conf/eth0.1/forwarding", spec: { value: "1" } },
  { kind: "limits", name: "app", spec: { domain: "app", limits: { nofile: 65536 } } },
  { kind: "cron", name: "report", spec: { special: "@daily", user: "root", command: "/bin/true" } },
];

function reasonsOf(leftOut: readonly LeftOut[], what: string): readonly string[] {
  return leftOut.filter((one) => one.what === what).map(({ reason }) => reason);
}

suite("export of a Debian machine", () => {
  test("§8 packages: those asked for, less the basic ones and those that another one needs", async () => {
    const machine = debianMachine({
      web: { control: "Depends: web-common, php | perl\n" },
      "web-common": { isAutomatic: true, control: "Depends: openssl\n" },
      openssl: {},
      perl: { control: "Priority: standard\n" },
      php: {},
      editor: { control: "Depends: mail-agent\n" },
      postfix: { control: "Provides: mail-agent\n" },
      required: { control: "Priority: required\n" },
    });
    await checkExport(machine, ["package:editor", "package:web"]);
  });

  test("§8 packages of the installer are no choice, unless a user asked for them; the comment names the user", async () => {
    const machine = debianMachine({ grub: {}, web: {}, own: {} });
    const { tamper } = machine.kernel;
    const initial = gzipSync("Package: grub\n\nPackage: web\n");
    tamper.write("/var/log/installer/initial-status.gz", initial);
    const run =
      "Start-Date: 2026-01-02  3:04:05\nRequested-By: ann (1000)\nInstall: web:amd64 (1)\n";
    tamper.write("/var/log/apt/history.log", `\n${run}`);
    const text = await checkExport(machine, ["package:own", "package:web"]);
    assert.match(text, /name: own \} # was asked for\n/);
    assert.match(text, /name: web \} # was asked for on 2026-01-02 by ann\n/);
  });

  test("§8 a package that is held is exported as held, also when it came along", async () => {
    const machine = debianMachine({ web: {} });
    const { tamper, inspect } = machine.kernel;
    const status = inspect.text("/var/lib/dpkg/status") ?? "";
    tamper.write(
      "/var/lib/dpkg/status",
      status.replace(/(Package: web\nStatus: )install/, "$1hold"),
    );
    assert.match(
      await checkExport(machine, ["package:web"]),
      /name: web, spec: \{ hold: true \} \}/,
    );
  });

  test("§8 configuration files that are not as they were brought come after their package", async () => {
    const machine = debianMachine({
      web: {
        control: "Depends: web-common\n",
        conffiles: { "/etc/web.conf": "listen 80\n", "/etc/gone.conf": "x", "/etc/same.conf": "y" },
      },
      "web-common": { isAutomatic: true, conffiles: { "/etc/common.conf": "a\n" } },
    });
    machine.kernel.tamper.write("/etc/web.conf", "listen 8080\n");
    machine.kernel.tamper.write("/etc/common.conf", "b\n");
    machine.kernel.tamper.remove("/etc/gone.conf");
    const ids = [
      "package:web",
      "file:/etc/common.conf",
      "file:/etc/gone.conf",
      "file:/etc/web.conf",
    ];
    const text = await checkExport(machine, ids);
    assert.equal(text.match(/dependsOn: \["package:web"\]/g)?.length, 3, text);
    assert.match(text, /listen 8080/);
    assert.match(text, /spec: \{ state: absent \}/);
  });

  test("§8 other files in /etc, their directories and links, but for what programs and scripts write", async () => {
    const machine = debianMachine({
      web: {
        paths: ["/etc/web", "/etc/web/sites", "/etc/web/mime.types"],
        postinst: "cp template /etc/web/written\nln -s ../a /etc/web/sites/default\n",
      },
    });
    const { tamper } = machine.kernel;
    for (const path of [
      "/etc/web/written",
      "/etc/web/mime.types",
      "/etc/machine-id",
      "/etc/web/x.conf.dpkg-old",
    ]) {
      tamper.write(path, "generated\n");
    }
    tamper.write("/etc/web/sites/mine", "server\n", { uid: 0, mode: 0o640 | 0o004 });
    tamper.write("/etc/own/deep/file", "mine\n");
    tamper.symlink("/etc/web/sites/default", "mine");
    const text = await checkExport(machine, [
      "package:web",
      "directory:/etc/own",
      "directory:/etc/own/deep",
      "file:/etc/own/deep/file",
      "file:/etc/web/sites/mine",
      "link:/etc/web/sites/default",
    ]);
    assert.match(text, /name: \/etc\/web\/sites\/mine\n(?: {4}.*\n)+ {4}meta: .*package:web/);
  });

  test("§8 services: what differs from what deb-systemd-helper has on record", async () => {
    const unit = (name: string) => ({ paths: [`${UNITS}/${name}.service`] });
    const machine = debianMachine({
      kept: unit("kept"),
      off: unit("off"),
      idle: unit("idle"),
      masked: unit("masked"),
      init: {
        ...unit("getty"),
        control: "Essential: yes\n",
        postinst: "systemctl enable getty.service\n",
      },
    });
    const { tamper } = machine.kernel;
    const wants = "multi-user.target.wants";
    for (const name of ["kept", "off", "idle", "masked", "getty"]) {
      tamper.write(`${UNITS}/${name}.service`, SERVICE);
      if (name === "getty") continue;
      tamper.write(
        `${RECORDS}/${name}.service.dsh-also`,
        `/etc/systemd/system/${wants}/${name}.service\n`,
      );
    }
    for (const name of ["kept", "off", "masked"])
      tamper.write(`${RECORDS}/${wants}/${name}.service`, "");
    for (const name of ["kept", "idle", "getty"]) {
      tamper.symlink(`/etc/systemd/system/${wants}/${name}.service`, `${UNITS}/${name}.service`);
    }
    tamper.symlink("/etc/systemd/system/masked.service", "/dev/null");
    const text = await checkExport(machine, [
      "package:idle",
      "package:kept",
      "package:masked",
      "package:off",
      "service:idle",
      "service:masked",
      "service:off",
    ]);
    assert.match(text, /name: "?idle"?(?:,|\n) +spec: \{ enabled: true \}/);
    assert.match(text, /name: "?masked"?(?:,|\n) +spec: \{ masked: true \}/);
    assert.match(text, /name: "?off"?(?:,|\n) +spec: \{ enabled: false \}/);
  });

  test("§8 units and drop-ins of the operator, but not the agent's own", async () => {
    const machine = debianMachine({});
    const { tamper } = machine.kernel;
    const place = "/etc/systemd/system";
    tamper.write(`${place}/app.service`, SERVICE);
    tamper.write(`${place}/odd.service`, SERVICE, { mode: 0o755 });
    tamper.write(`${place}/ssh.service.d/more.conf`, "[Service]\nLimitNOFILE=9\n");
    tamper.write(`${place}/holdfast.service`, SERVICE);
    tamper.symlink(`${place}/linked.service`, "/srv/linked.service");
    tamper.symlink(`${place}/dbus-alias.service`, `${UNITS}/app.service`);
    await checkExport(machine, [
      `file:${place}/odd.service`,
      `link:${place}/linked.service`,
      "systemd-unit:app",
      "systemd-unit:ssh more",
    ]);
  });

  test("§8 what Holdfast wrote is exported as what was declared, by the kind that wrote it", async () => {
    const machine = debianMachine({});
    const { tamper } = machine.kernel;
    for (const path of [
      "sysctl.d",
      "modules-load.d",
      "modprobe.d",
      "cron.d",
      "security/limits.d",
      "apt/sources.list.d",
    ]) {
      tamper.makeDirectory(`/etc/${path}`);
    }
    tamper.write("/proc/sys/net/core/somaxconn", "128\n");
    tamper.write("/proc/sys/net/ipv4/conf/eth0.1/forwarding", "0\n");
    tamper.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1001:1001::/:/bin/sh\n");
    for (const resource of KEPT) await machine.make(resource);
    // The present values of the running kernel are not declared.
    tamper.write("/proc/sys/net/ipv4/conf/eth0.1/forwarding", "0\n");
    const { entries } = await machine.export({ kinds: [...new Set(KEPT.map(({ kind }) => kind))] });
    assert.deepEqual(
      entries.map(({ kind, name, spec }) => ({ kind, name, spec })),
      KEPT.map((one) =>
        one.name.includes("eth0") ? { ...one, spec: { value: "1", live: false } } : one,
      ),
    );
  });

  test("§8 users from 1000 and those that no package made, with their groups and keys; never a hash", async () => {
    const machine = debianMachine({ db: { postinst: "adduser --system --group db\n" } });
    const { tamper } = machine.kernel;
    tamper.write(
      "/etc/passwd",
      "root:x:0:0:root:/root:/bin/bash\ndb:x:100:100::/var/lib/db:/bin/false\napp:x:101:101::/srv/app:/bin/sh\nann:x:1000:1000:Ann,,,:/home/ann:/bin/bash\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n",
    );
    tamper.write(
      "/etc/group",
      "root:x:0:\ndb:x:100:\napp:x:101:\nteam:x:1001:ann,db\nann:x:1000:\n",
    );
    const hash = "$y$j9T$abcdefghijklmnop$0123456789";
    tamper.write(
      "/etc/shadow",
      `root:*:1:0:99999:7:::\ndb:!:1::::::\napp:!:1::::::\nann:${hash}:1:0:99999:7:::\nnobody:*:1::::::\n`,
      { mode: 0o640 },
    );
    tamper.makeDirectory("/home/ann", { uid: 1000, gid: 1000 });
    tamper.makeDirectory("/home/ann/.ssh", { uid: 1000, gid: 1000, mode: 0o700 });
    const line = `no-pty ${KEY} ann@desk`;
    tamper.write("/home/ann/.ssh/authorized_keys", `# mine\n${line}\n`, { uid: 1000, mode: 0o600 });
    tamper.write("/home/ann/.ssh/id_ed25519", `${PRIVATE}\n`, { uid: 1000, mode: 0o600 });
    const ids = [
      "package:db",
      "group:team",
      "user:ann",
      "user:app",
      "user:db",
      "ssh-key:ann ann@desk",
    ];
    const text = await checkExport(machine, ids);
    assert.match(text, /key: ssh-ed25519 \S+ ann@desk\n\s+options: \[no-pty\]/);
    assert.match(text, /name: db, spec: \{ groups: \[team\] \}/);
    assert.match(text, /add password: \{ \$secret: users\.ann\.password \}/);
    assert.ok(!text.includes("$y$") && !text.includes("PRIVATE"), text);
    const inHomes = machine.reads.filter((path) => /^\/(?:home|root)\b/.test(path));
    const keys = ["/home/ann/.ssh/authorized_keys", "/root/.ssh/authorized_keys"];
    assert.deepEqual([...new Set(inHomes)].toSorted(), keys);
  });

  test("§8 the distribution's own sources are no choice; others are, with their preferences", async () => {
    const machine = debianMachine({});
    const { tamper } = machine.kernel;
    tamper.write(
      "/etc/apt/sources.list",
      "deb http://deb.debian.org/debian bookworm main non-free-firmware\n# deb cdrom:[x]/ y main\n",
    );
    tamper.write("/etc/apt/sources.list.d/x.list", "deb https://deb.example.org/x stable main\n");
    tamper.write(
      "/etc/apt/sources.list.d/old.list.disabled",
      "deb https://deb.example.org/x y z\n",
    );
    tamper.write("/etc/apt/preferences.d/x", "Package: *\nPin: origin deb.example.org\n");
    await checkExport(machine, [
      "file:/etc/apt/preferences.d/x",
      "file:/etc/apt/sources.list.d/x.list",
    ]);
  });

  test("§8 a file that may hold a secret is a hole, or left out where everybody may read it", async () => {
    const machine = debianMachine({});
    const { tamper } = machine.kernel;
    tamper.write("/etc/app/key.pem", `${PRIVATE}\nabc\n`, { mode: 0o600 });
    tamper.write("/etc/app/quiet", "silence\n", { mode: 0o640 });
    tamper.write("/etc/app/open.ini", "[db]\nDbPassword = correct horse\n");
    tamper.write("/etc/app/fine.ini", "# password = none\nuser = app\n");
    const text = await checkExport(machine, ["directory:/etc/app", "file:/etc/app/fine.ini"]);
    for (const secret of ["abc", "horse", "silence", "PRIVATE"]) {
      assert.ok(!text.includes(secret), secret);
    }
    assert.match(text, / {2}# - kind: file\n {2}# {3}name: \/etc\/app\/key\.pem\n/);
    assert.match(text, /\$secret: files\.etc-app-key-pem/);
    const { leftOut } = await machine.export();
    for (const name of ["key.pem", "quiet", "open.ini"]) {
      assert.deepEqual(reasonsOf(leftOut, `file:/etc/app/${name}`), ["secret"]);
    }
  });

  test("§8 what cannot be written down is said: binary, too long, and what is only half installed", async () => {
    const machine = debianMachine({ web: {} });
    const { tamper, inspect } = machine.kernel;
    tamper.write("/etc/app.bin", new Uint8Array([0, 255, 1]));
    tamper.write("/etc/app.long", "x".repeat(100_000));
    const status = inspect.text("/var/lib/dpkg/status") ?? "";
    const broken = status.replace(
      /(Package: web\nStatus: install ok )installed/,
      "$1half-configured",
    );
    tamper.write("/var/lib/dpkg/status", broken);
    await checkExport(machine, []);
    const { leftOut } = await machine.export();
    for (const path of ["/etc/app.bin", "/etc/app.long"]) {
      assert.deepEqual(reasonsOf(leftOut, `file:${path}`), ["indescribable"]);
    }
    assert.deepEqual(reasonsOf(leftOut, "package:web"), ["unreadable"]);
  });

  test("kinds and patterns choose; what they leave out is counted", async () => {
    const machine = debianMachine({ web: {}, db: {} });
    machine.kernel.tamper.write("/etc/app.conf", "x\n");
    assert.deepEqual(await machine.ids({ kinds: ["file"] }), ["file:/etc/app.conf"]);
    const ignores = readIgnorePatterns("# none of these\nfile\npackage:d*\npackage:absent\n");
    assert.deepEqual(await machine.ids({ ignores }), ["package:web"]);
    const { leftOut } = await machine.export({ ignores });
    assert.equal(leftOut.filter(({ reason }) => reason === "ignored").length, 2);
    await assert.rejects(machine.export({ kinds: ["exec"] }), isFault("UsageInvalid"));
    assert.throws(() => readIgnorePatterns(`a${"{b,c}".repeat(7)}`), isFault("InputInvalid"));
  });

  test("--all: parts that are no choice are exported too, and still nothing that is this machine's alone", async () => {
    const machine = debianMachine({
      web: { isAutomatic: true, conffiles: { "/etc/w.conf": "a\n" } },
    });
    machine.kernel.tamper.write("/etc/machine-id", "0123\n");
    const { entries } = await machine.export({ isAll: true });
    const text = manifestText("machine", entries);
    assert.match(text, /name: web, spec: \{ manual: false \}/);
    assert.match(text, /name: \/etc\/w\.conf\n\s+spec:\n(?:.*\n)+?\s+owner: root/);
    assert.ok(!text.includes("machine-id") && !text.includes("/etc/passwd"));
    assert.deepEqual(await planOver(machine.host)(entries, new AbortController().signal), []);
  });

  test("what would be changed by a plan is left out, and nothing comes after it", async () => {
    const machine = debianMachine({ web: { conffiles: { "/etc/w.conf": "a\n" } } });
    machine.kernel.tamper.write("/etc/w.conf", "b\n");
    const planOf = async () => [
      {
        id: resourceId("package", "web"),
        verb: "update",
        risk: "benign",
        cause: "drift",
        changes: [],
      } as const,
    ];
    const { entries, leftOut } = await machine.export({ planOf });
    assert.deepEqual(
      entries.map(({ name, dependsOn }) => [name, dependsOn]),
      [["/etc/w.conf", []]],
    );
    assert.deepEqual(reasonsOf(leftOut, "package:web"), ["unsteady"]);
  });

  test("without dpkg the export is refused as unverified", async () => {
    const machine = debianMachine({});
    machine.kernel.tamper.remove("/var/lib/dpkg");
    for (const options of [
      {},
      { kinds: ["service"] },
      { kinds: ["mount"] },
      { kinds: ["package", "ssh-key"] },
    ]) {
      await assert.rejects(machine.export(options), isFault("UnsupportedPlatform"));
    }
    assert.deepEqual(await machine.ids({ kinds: ["ssh-key"] }), []);
  });
});

function isFault(reason: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.reason === reason;
}
