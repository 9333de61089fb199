import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Fault } from "@holdfast/core";
import { createSimulatedHost, createSimulatedKernel, VirtualClock } from "@holdfast/testing";
import { readInstallRecords } from "./install-records.ts";
import { parsePackageRecords } from "./package-records.ts";
import { scriptsOver } from "./package-scripts.ts";

const STATUS = "/var/lib/dpkg/status";
const RECORDS = "/var/lib/systemd/deb-systemd-helper-enabled";
const never = new AbortController().signal;

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** A machine with these files, and the records that are read of it. */
async function recordsOf(files: Readonly<Record<string, string>>) {
  const kernel = createSimulatedKernel();
  for (const [path, text] of Object.entries(files)) kernel.tamper.write(path, text);
  const { files: reader } = createSimulatedHost({ clock: new VirtualClock(), kernel });
  return readInstallRecords(reader, never);
}

const CONTROL = `Package: web
Status: install ok installed
Priority: optional
Architecture: amd64
Version: 1
Provides: httpd, httpd-cgi (= 1)
Depends: libc6 (>= 2.36) | libc6-alt, base:any
Pre-Depends: init-system-helpers (>= 1.54)
Conffiles:
 /etc/web/web.conf ${md5("listen 80\n")}
 /etc/web/with blank.conf ${md5("x")}
 /etc/web/gone.conf ${md5("y")} obsolete
Description: serves
 Conffiles:
 /etc/shadow ${md5("")}

Package: base
Status: install ok installed
Essential: yes
Architecture: all
Version: 1

Package: tools
Status: hold ok installed
Priority: standard
Architecture: amd64
Version: 1

Package: removed
Status: deinstall ok config-files
Conffiles:
 /etc/removed.conf ${md5("z")}

`;

test("records of packages: what every system has, what is needed, and which configuration was brought", () => {
  const records = parsePackageRecords(CONTROL);
  assert.deepEqual([...records.keys()], ["web", "base", "tools"]);
  const web = records.get("web");
  assert.deepEqual(web?.needs, [["init-system-helpers"], ["libc6", "libc6-alt"], ["base"]]);
  assert.deepEqual(web?.provides, ["httpd", "httpd-cgi"]);
  assert.deepEqual(
    web?.conffiles.map(({ path, isObsolete }) => [path, isObsolete]),
    [
      ["/etc/web/web.conf", false],
      ["/etc/web/with blank.conf", false],
      ["/etc/web/gone.conf", true],
    ],
  );
  assert.deepEqual(
    [...records.values()].map(({ isBasic }) => isBasic),
    [false, true, true],
  );
});

test("§8 configuration files are compared with the digests on record, without a process", async () => {
  const records = await recordsOf({
    [STATUS]: CONTROL,
    "/etc/web/web.conf": "listen 80\n",
    "/etc/other.conf": "mine",
    "/var/lib/ucf/hashfile": `${md5("theirs")}  /etc/other.conf\n`,
  });
  const conffiles = records.packages.get("web")?.conffiles ?? [];
  const all = [...conffiles, ...records.scriptConffiles];
  const states = await records.compare(all, never);
  assert.deepEqual(states, ["unchanged", "removed", "removed", "changed"]);
});

test("§8 whose a path is, is read of all lists; /lib and /usr/lib are one", async () => {
  const { owned } = await recordsOf({
    [STATUS]: CONTROL,
    "/var/lib/dpkg/info/web.list":
      "/.\n/etc\n/etc/web\n/lib/systemd/system/web.service\n/usr/bin/web\n",
    "/var/lib/dpkg/info/base:amd64.list": "/etc\n/usr/lib/systemd/system\n",
  });
  assert.deepEqual(owned.get("/etc"), ["base", "web"]);
  assert.deepEqual(owned.get("/usr/lib/systemd/system/web.service"), ["web"]);
  assert.equal(owned.get("/usr/bin/web"), undefined);
});

test("§8 a unit was enabled by its package only where a link was made: the record alone does not say so", async () => {
  const { units } = await recordsOf({
    [STATUS]: CONTROL,
    [`${RECORDS}/web.service.dsh-also`]:
      "/etc/systemd/system/multi-user.target.wants/web.service\n",
    [`${RECORDS}/multi-user.target.wants/web.service`]: "",
    [`${RECORDS}/idle.service.dsh-also`]:
      "/etc/systemd/system/multi-user.target.wants/idle.service\n",
    "/var/lib/systemd/deb-systemd-helper-masked/old.service": "",
  });
  assert.deepEqual(Object.fromEntries(units.enabled), {
    "idle.service": false,
    "web.service": true,
  });
  assert.deepEqual([...units.masked], ["old.service"]);
});

test("§8 accounts of base-passwd and of sysusers.d are the system's", async () => {
  const { systemAccounts } = await recordsOf({
    [STATUS]: CONTROL,
    "/usr/share/base-passwd/passwd.master": "www-data:*:33:33::/var/www:/usr/sbin/nologin\n",
    "/usr/lib/sysusers.d/web.conf":
      '#Type\nu web - "serves"\nu! locked -\ng "web-log" -\nm web adm\n',
  });
  for (const name of ["root", "nobody", "www-data", "web", "locked", "web-log"]) {
    assert.ok(systemAccounts.has(name), name);
  }
  assert.ok(!systemAccounts.has("adm"));
});

test("scripts of packages are asked by whole words", () => {
  const scripts = scriptsOver([
    { name: "db", text: 'adduser --system --home /var/lib/db "$HOME" db-admin\n' },
    { name: "web", text: "cp x $DPKG_ROOT/etc/web/site\nln -s ../a /etc/web/link\n" },
    {
      name: "init",
      text: 'systemctl ${DPKG_ROOT:+--root="$DPKG_ROOT"} enable getty@tty1.service || true\n',
    },
  ]);
  assert.equal(scripts.ofAccount("db-admin"), "db");
  for (const name of ["admin", "db", "site"])
    assert.equal(scripts.ofAccount(name), undefined, name);
  assert.equal(scripts.ofPath("/etc/web/site"), "web");
  for (const path of ["/etc/web/sit", "/etc/web"]) assert.equal(scripts.ofPath(path), undefined);
  assert.equal(scripts.ofPath("/etc/web/link", "../a"), "web");
  assert.equal(scripts.ofPath("/etc/web/link", "../mine"), undefined);
  assert.equal(scripts.ofUnit("getty@tty1.service"), "init");
});

test("§8 who asked for a package is in apt's logs, the packed ones too; what the installer brought in its own", async () => {
  const run = (day: string, install: string, by = ""): string =>
    `\nStart-Date: ${day}  10:00:00\nCommandline: apt install x\n${by}Install: ${install}\nEnd-Date: ${day}  10:00:01\n`;
  const kernel = createSimulatedKernel();
  const { files } = createSimulatedHost({ clock: new VirtualClock(), kernel });
  kernel.tamper.write(STATUS, CONTROL);
  const log = "/var/log/apt/history.log";
  const old = run("2026-01-02", "web:amd64 (1), old:amd64 (1)", "Requested-By: ann (1000)\n");
  kernel.tamper.write(`${log}.2.gz`, gzipSync(old));
  kernel.tamper.write(`${log}.1.gz`, "not packed");
  kernel.tamper.write(log, run("2026-03-04", "lib:amd64 (1, automatic), web:amd64 (2)"));
  const initial = gzipSync("Package: grub-pc\nStatus: x\n\nPackage: task-english\n");
  kernel.tamper.write("/var/log/installer/initial-status.gz", initial);
  const { history } = await readInstallRecords(files, never);
  assert.deepEqual(Object.fromEntries(history.asked), {
    web: { day: "2026-03-04" },
    old: { day: "2026-01-02", by: "ann" },
  });
  assert.deepEqual([...history.initial], ["grub-pc", "task-english"]);
});

test("a machine without dpkg is refused, and a list that cannot be read is no empty one", async () => {
  const refusal = (reason: string) => (error: unknown) =>
    error instanceof Fault && error.reason === reason;
  await assert.rejects(recordsOf({}), refusal("UnsupportedPlatform"));
  const kernel = createSimulatedKernel();
  kernel.tamper.write(STATUS, CONTROL);
  kernel.tamper.makeDirectory("/var/lib/dpkg/info/web.list");
  const { files } = createSimulatedHost({ clock: new VirtualClock(), kernel });
  await assert.rejects(readInstallRecords(files, never), refusal("PackageDatabaseUnreadable"));
});

test("configuration files on record are those that dpkg-query shows of this machine", {
  skip: existsSync("/usr/bin/dpkg-query") && existsSync(STATUS) ? false : "needs dpkg",
}, () => {
  const shown = execFileSync("dpkg-query", ["-W", "-f=${db:Status-Status}\\n${Conffiles}\\n"], {
    encoding: "utf8",
  });
  const expected = shown
    .split(/^installed\n/m)
    .flatMap((part) => part.split(/^[a-z-]+\n/m, 1))
    .flatMap((part) => [...part.matchAll(/^ (\/.*?) [0-9a-f]{32}/gm)].map(([, path = ""]) => path));
  const found = [...parsePackageRecords(readFileSync(STATUS, "utf8")).values()];
  const paths = found.flatMap(({ conffiles }) => conffiles.map(({ path }) => path));
  assert.deepEqual(paths.toSorted(), expected.toSorted());
});
