import assert from "node:assert/strict";
import * as fs from "node:fs";
import { after, before, suite, test } from "node:test";
import { buildPackages, UNIVERSE } from "@holdfast/testing";
import { HOLDFAST, missingForTestHost, NODE, TestHost } from "./test-host.ts";

const MANIFEST = "/etc/holdfast/machine.yaml";
/** While this is there, the script of the package does not end. */
const STALLED = "/srv/laws/stalled/hf-fragile";
/** While this is there, the script of the package fails. */
const FAILING = "/srv/laws/failing/hf-fragile";
const LATE_UNIT = "/etc/systemd/system/late.service";
/** Takes the record lock of dpkg as dpkg does, says so, and keeps it until it is killed. */
const HOLD_LOCK = [
  "use Fcntl;",
  "open(F, q(+>>), q(/var/lib/dpkg/lock-frontend)) or die;",
  "my $lock = pack(q(ssx4qqix4), F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLKW, $lock) or die;",
  "open(D, q(>), q(/run/locked)); print D $$; close(D); sleep;",
].join(" ");
/** Several calls of apt on a busy machine. */
const APPLY_MS = 60_000;
const OUR_UNITS = "holdfast-packages-*";
const missing = missingForTestHost();

// The tests are steps of one run.
suite("packages of a real machine, with apt under systemd", { skip: missing ?? false }, () => {
  let host: TestHost;

  before(async () => {
    host = await TestHost.boot();
    offer(host);
  });
  after(async () => host[Symbol.asyncDispose]());

  test("G4: available packages are installed though others are not available; applied again nothing is done", () => {
    declare(["hf-app, spec: { hold: true }", "hf-base, spec: { version: 2.0~* }"]);
    const first = apply();
    assert.equal(first.code, 0, first.output);
    assert.equal(stateOf("hf-app"), "hold installed 1.0-1");
    assert.equal(stateOf("hf-base"), "install installed 2.0~rc1-1");
    const again = apply();
    assert.match(again.output, /2 in sync/);
    declare(["hf-mail", "hf-nowhere", "hf-extra", "hf-base, spec: { version: 1.0-1 }"]);
    const { code, output } = apply();
    assert.equal(code, 1);
    for (const reason of ["PackageVirtual", "PackageNotFound", "PackageDowngrade"]) {
      assert.match(output, new RegExp(`${reason}: hf-|${reason}: no source offers hf-nowhere`));
    }
    assert.equal(stateOf("hf-extra"), "install installed 1.0-1");
  });

  test("K2: changes by others with their tools are noticed and repaired", async () => {
    declare([
      "hf-app, spec: { hold: true }",
      "hf-base, spec: { latest: true }",
      "hf-extra",
      "hf-fragile",
    ]);
    serve("agent");
    await becomes("hf-fragile", "install installed 1.0-1");
    await becomes("hf-base", "install installed 2.0-1");
    await isIdle();
    run("dpkg --purge hf-extra");
    await becomes("hf-extra", "install installed 1.0-1");
    await isIdle();
    run("apt-mark unhold hf-app");
    await becomes("hf-app", "hold installed 1.0-1");
    await isIdle();
    run("apt-get install -qq -y --allow-downgrades hf-base=1.0-1");
    await becomes("hf-base", "install installed 2.0-1");
  });

  test("D14, C3: an agent that is killed within a script cuts nothing off; the next one waits for it", async () => {
    fs.writeFileSync(host.at(STALLED), "");
    await isIdle();
    run("dpkg --purge hf-fragile");
    await becomes("hf-fragile", "install half-configured 1.0-1");
    run("systemctl kill --signal=KILL agent && systemctl reset-failed agent");
    serve("successor");
    await host.until("the successor", () => /pending/.test(status()));
    assert.notEqual(run(`systemctl list-units --plain --no-legend '${OUR_UNITS}'`), "");
    fs.rmSync(host.at(STALLED));
    await becomes("hf-fragile", "install installed 1.0-1");
    await host.until("all is ready", () => /^Status: 4 ready/m.test(status()));
  });

  test("trap 5: a transaction that is killed within a script is finished", async () => {
    fs.writeFileSync(host.at(STALLED), "");
    await isIdle();
    run("dpkg --purge hf-fragile");
    await becomes("hf-fragile", "install half-configured 1.0-1");
    run(`systemctl kill --signal=KILL '${OUR_UNITS}'`);
    fs.rmSync(host.at(STALLED));
    await becomes("hf-fragile", "install installed 1.0-1");
    await host.until("all is ready", () => /^Status: 4 ready/m.test(status()));
  });

  test("trap 1: while somebody holds the lock, the status says who; when it is free, it goes on", async () => {
    run(`perl -e '${HOLD_LOCK}' < /dev/null > /dev/null 2>&1 &`);
    await host.until("the lock is held", () => host.read("/run/locked") !== undefined);
    reload(["hf-addon, spec: { noRecommends: true }"]);
    await shows(
      /hf-addon.* waits for perl \(pid \d+\), which holds \/var\/lib\/dpkg\/lock-frontend/,
    );
    run("kill $(cat /run/locked)");
    await becomes("hf-addon", "install installed 1.0-1");
  });

  test("trap 6: a package whose script fails is failed, and finished when the script works", async () => {
    fs.writeFileSync(host.at(FAILING), "");
    await isIdle();
    run("dpkg --purge hf-fragile");
    reload(["hf-fragile"]);
    await shows(
      /Failed +package:hf-fragile +hf-fragile is half-configured .*does not like it here/,
    );
    fs.rmSync(host.at(FAILING));
    await becomes("hf-fragile", "install installed 1.0-1");
  });

  test("a disk that is full during an installation fails it, and it is repeated when there is room", async () => {
    run("mount -t tmpfs -o size=4k,nr_inodes=4 full /var/cache/apt/archives");
    reload(["hf-reader", "hf-fragile"]);
    await shows(
      /Failed +package:hf-reader +hf-reader is not installed .*(?:No space left|enough free space)/,
    );
    await becomes("hf-fragile", "install installed 1.0-1");
    run("umount /var/cache/apt/archives");
    await becomes("hf-reader", "install installed 1.0-1");
  });

  test("K4: a unit that never becomes active fails with what it said last; the death of dbus delays nobody", async () => {
    host.write(LATE_UNIT, lateUnit("notify"));
    reload(["hf-fragile"], "late");
    await shows(/Failed +service:late +late.service did not start .*stuck/);
    host.write(LATE_UNIT, lateUnit("simple"));
    run("systemctl daemon-reload; systemctl stop dbus.socket dbus.service");
    const isActive = () => host.property("late.service", "ActiveState") === "active";
    await host.until("late is active", isActive);
    run("systemctl stop late");
    await host.until("late is active again", isActive);
    await host.until("all is ready", () => /^Status: 2 ready/m.test(status()));
  });

  /** What the agent that serves is to keep from now on. */
  function reload(packages: readonly string[], service?: string): void {
    declare(packages, service);
    assert.equal(host.holdfast(["reload"]).code, 0);
  }

  /** Whatever the agent had to do is over, its transaction too: dpkg is free for others. */
  async function isIdle(): Promise<void> {
    await host.until("all is ready", () => /^Status: \d+ ready\.$/m.test(status()));
  }

  async function shows(pattern: RegExp): Promise<void> {
    let shown = "";
    const isShown = (): boolean => {
      shown = status();
      return pattern.test(shown);
    };
    await host.until(`${pattern}`, isShown).catch(() => assert.match(shown, pattern));
  }

  function declare(packages: readonly string[], service?: string): void {
    const lines = packages.map((text) => `  - { kind: package, name: ${text} }\n`);
    if (service !== undefined) {
      lines.push(`  - { kind: service, name: ${service}, spec: { state: running } }\n`);
    }
    const head = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: packages }\n";
    host.write(MANIFEST, `${head}resources:\n${lines.join("")}`);
  }

  function apply() {
    return host.run([NODE, HOLDFAST, "apply", MANIFEST], APPLY_MS);
  }

  function serve(unit: string): void {
    run(`systemd-run --quiet --unit=${unit} ${NODE} ${HOLDFAST} serve ${MANIFEST}`);
  }

  function status(): string {
    return host.holdfast(["status"]).output;
  }

  function run(line: string): string {
    const { code, output } = host.run(["sh", "-c", line], APPLY_MS);
    assert.equal(code, 0, output);
    return output;
  }

  /** In dpkg's words. */
  function stateOf(name: string): string {
    const format = "${db:Status-Want} ${db:Status-Status} ${Version}";
    return host.run(["dpkg-query", "-W", "-f", format, name]).stdout.trim();
  }

  async function becomes(name: string, state: string): Promise<void> {
    await host.until(`${name} is ${state}`, () => stateOf(name) === state);
  }
});

/** A service that says that it is stuck; as one that has to say that it is ready, it never is. */
function lateUnit(type: "notify" | "simple"): string {
  const script = "echo stuck; exec sleep infinity";
  return `[Service]\nType=${type}\nTimeoutStartSec=2\nExecStart=/bin/sh -c '${script}'\n`;
}

/** Gives the machine one source of tiny packages, and takes away what needs a network. */
function offer(host: TestHost): void {
  using built = buildPackages(UNIVERSE);
  fs.cpSync(built.directory, host.at("/srv/source"), { recursive: true });
  const directories = ["failing", "stalled", "environment"].map((name) => `/srv/laws/${name}`);
  for (const path of [...directories, "/var/lib/apt/lists/partial"]) {
    fs.mkdirSync(host.at(path), { recursive: true });
  }
  for (const path of ["/etc/apt/sources.list", "/etc/apt/sources.list.d"]) {
    fs.rmSync(host.at(path), { recursive: true, force: true });
  }
  host.write("/etc/apt/sources.list.d/laws.list", "deb [trusted=yes] copy:/srv/source ./\n");
}
