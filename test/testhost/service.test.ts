import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Json, processesWith, readJson } from "../command/command.ts";
import { HOLDFAST, missingForTestHost, NODE, TestHost } from "./test-host.ts";

const UNIT = "holdfast.service";
const MANIFEST = "/etc/holdfast/machine.yaml";
const MOTD = '{ kind: file, name: /etc/motd, spec: { content: "hello\\n", mode: "0644" } }';
/** A number that is on no other command line. */
const ENDLESS_SECONDS = 8_640_053;
const missing = missingForTestHost();

// The tests are steps of one run: each leaves a service that runs and is ready.
test("a machine whose owner is killed leaves nothing", { skip: missing ?? false }, async () => {
  const script = fileURLToPath(new URL("testing/boot-and-wait.ts", import.meta.url));
  const owner = spawn(process.execPath, ["--conditions=@holdfast/source", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await once(owner.stdout, "data");
  const { pid, cgroup, state } = readJson(said.join(""));
  assert.ok(fs.existsSync(`/proc/${String(pid)}`) && fs.existsSync(String(cgroup)));
  owner.kill("SIGKILL");
  const traces = [`/proc/${String(pid)}`, String(cgroup), String(state)];
  const deadline = AbortSignal.timeout(20_000);
  while (traces.some((path) => fs.existsSync(path))) {
    assert.ok(!deadline.aborted, `left: ${traces.filter((path) => fs.existsSync(path)).join()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

suite("the agent under a real systemd", { skip: missing ?? false }, () => {
  let host: TestHost;

  before(async () => {
    host = await TestHost.boot();
    // What an administrator would do, so that the tests need not wait for a minute.
    const dropIn = "[Service]\nWatchdogSec=2\nRestartSec=100ms\n";
    host.write(`/etc/systemd/system/${UNIT}.d/quick.conf`, dropIn);
    declare(host, [MOTD]);
  });
  after(async () => host[Symbol.asyncDispose]());

  test("install refuses a source that it could not serve, or that others can write, and changes nothing", () => {
    const refused = (args: readonly string[], what: RegExp): void => {
      const { code, output } = host.holdfast(["install", ...args]);
      assert.equal(code, 1, output);
      assert.match(output, what);
      assert.equal(host.read(`/etc/systemd/system/${UNIT}`), undefined);
    };
    refused(["/etc/nothing.yaml"], /NotFound: \/etc\/nothing\.yaml does not exist/);
    host.write("/etc/broken.yaml", "broken: [");
    refused(["/etc/broken.yaml"], /\/etc\/broken\.yaml:\d+:\d+/);
    host.write("/tmp/open.yaml", "");
    refused(["/tmp/open.yaml"], /SourceUnsafe: .*\/tmp can be written by everybody/);
  });

  test("install refuses a program that others can change, a user without rights, and a machine without systemd", () => {
    const refused = (argv: readonly string[], what: RegExp): void => {
      const { code, output } = host.run(argv);
      assert.equal(code, 1, output);
      assert.match(output, what);
      assert.equal(host.read(`/etc/systemd/system/${UNIT}`), undefined);
    };
    host.run([
      "cp",
      "-r",
      "/opt/holdfast/bin",
      "/opt/holdfast/dist",
      "/opt/holdfast/package.json",
      "/srv",
    ]);
    host.run(["chown", "nobody", "/srv/bin"]);
    const unsafe =
      /PathUnsafe: root does not run \/srv\/bin\/holdfast\.js: \/srv\/bin belongs to user 65534/;
    refused([NODE, "/srv/bin/holdfast.js", "install"], unsafe);
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    refused([...nobody, NODE, HOLDFAST, "install"], /NotPrivileged: only root/);
    const hidden = 'mount -t tmpfs hidden /run/systemd && exec "$@"';
    const withoutSystemd = ["unshare", "--mount", "/bin/sh", "-c", hidden, "sh"];
    refused([...withoutSystemd, NODE, HOLDFAST, "install"], /SystemdMissing: systemd does not run/);
  });

  test("install makes and starts the service once, and a second time changes nothing", async () => {
    const first = json(host, ["install"]);
    assert.deepEqual(counts(first), { changed: 8, ok: 1, failed: 0 }, JSON.stringify(first));
    assert.deepEqual(first["program"], [NODE, HOLDFAST]);
    assert.equal(host.property(UNIT, "ActiveState"), "active");
    assert.equal(host.property(UNIT, "UnitFileState"), "enabled");
    const pid = host.property(UNIT, "MainPID");
    const second = json(host, ["install"]);
    assert.deepEqual(counts(second), { changed: 0, ok: 9, failed: 0 });
    assert.equal(host.property(UNIT, "MainPID"), pid, "it was not started again");
    await host.until("the motd", () => host.read("/etc/motd") === "hello\n");
    const modeOf = (path: string) => (fs.statSync(host.at(path)).mode & 0o7777).toString(8);
    assert.deepEqual(["/run/holdfast", "/var/lib/holdfast", "/var/log/holdfast"].map(modeOf), [
      "750",
      "700",
      "750",
    ]);
  });

  test("M9: systemctl status shows a ready service and how its resources are", async () => {
    await host.until("a status", () => host.property(UNIT, "StatusText").startsWith("1 compliant"));
    const { code, output } = host.run(["systemctl", "status", "--no-pager", UNIT]);
    assert.equal(code, 0);
    assert.match(output, /Active: active \(running\)/);
    assert.match(output, /Status: "1 compliant; generation 1"/);
  });

  test("M8: the agent of the service answers on its socket", () => {
    const agent = Object(json(host, ["status"])["agent"]) as Json;
    assert.equal(String(agent["pid"]).length > 0, true);
    assert.deepEqual([agent["statuses"], agent["generation"]], [{ Ready: 1 }, 1]);
  });

  test("the service is blind to nothing: every namespace is that of the machine", () => {
    const pid = host.property(UNIT, "MainPID");
    for (const name of ["mnt", "net", "ipc", "pid", "user", "uts", "cgroup"]) {
      const [own, machine] = [pid, "1"].map((each) =>
        fs.readlinkSync(host.at(`/proc/${each}/ns/${name}`)),
      );
      assert.equal(own, machine, name);
    }
    const status = fs.readFileSync(host.at(`/proc/${pid}/status`), "utf8");
    const machine = fs.readFileSync(host.at("/proc/1/status"), "utf8");
    const bounding = /^CapBnd:\s+(\w+)/m;
    assert.equal(bounding.exec(status)?.[1], bounding.exec(machine)?.[1], "no capability is lost");
    assert.match(status, /^NoNewPrivs:\s+0/m);
  });

  test("promise 10: a second agent beside the service is refused, and the service goes on", () => {
    const pid = host.property(UNIT, "MainPID");
    for (const command of ["serve", "apply"]) {
      const { code, output } = host.holdfast([command, MANIFEST]);
      assert.equal(code, 1);
      assert.match(output, new RegExp(`AgentRunning: .*pid ${pid}`));
    }
    assert.equal(host.property(UNIT, "MainPID"), pid);
  });

  test("D18: a reload with a broken manifest fails, keeps the good one, and status and journal say so", async () => {
    const since = cursor(host);
    host.write(MANIFEST, "broken: [");
    assert.equal(host.run(["systemctl", "reload", UNIT]).code, 1);
    assert.equal(host.property(UNIT, "ActiveState"), "active");
    await host.until("a status", () =>
      host.property(UNIT, "StatusText").endsWith("; degraded: source (InputInvalid)"),
    );
    const lines = journal(host, since);
    const published = lines.find(({ MESSAGE }) => MESSAGE === "degraded source");
    assert.equal(published?.["PRIORITY"], "4", JSON.stringify(lines));
    assert.ok(
      lines.some(({ MESSAGE }) => /InputInvalid: .*machine\.yaml:\d+:\d+/.test(String(MESSAGE))),
    );
    fs.writeFileSync(host.at("/etc/motd"), "tampered\n");
    await host.until("the good one", () => host.read("/etc/motd") === "hello\n");
    declare(host, [MOTD]);
    assert.equal(host.run(["systemctl", "reload", UNIT]).code, 0);
    await host.until("a status", () => host.property(UNIT, "StatusText").endsWith("generation 1"));
  });

  test("D14: SIGHUP reloads too", async () => {
    declare(host, [MOTD, '{ kind: file, name: /etc/other, spec: { content: "other\\n" } }']);
    host.run(["systemctl", "kill", "--kill-who=main", "--signal=HUP", UNIT]);
    await host.until("the new file", () => host.read("/etc/other") === "other\n");
    assert.equal(host.property(UNIT, "ActiveState"), "active");
  });

  test("K5: a command of the service is in a cgroup of its own below it, and leaves none", async () => {
    const script = "cat /proc/self/cgroup > /run/cgroup.part; mv /run/cgroup.part /run/cgroup";
    const exec = `{ kind: exec, name: cgroup, spec: { shell: true, command: "${script}", creates: /run/cgroup } }`;
    declare(host, [MOTD, exec]);
    assert.equal(host.run(["systemctl", "reload", UNIT]).code, 0);
    await host.until("the command", () => host.read("/run/cgroup") !== undefined);
    assert.match(host.read("/run/cgroup") ?? "", /\/holdfast\.service\/holdfast-\d+-\w{6}$/m);
    const { stdout } = host.run(["systemctl", "show", "--value", "--property=ControlGroup", UNIT]);
    const children = `find $(findmnt -n -o TARGET -t cgroup2)${stdout.trim()} -name 'holdfast-*'`;
    await host.until("its end", () => host.run(["/bin/sh", "-c", children]).stdout === "");
    assert.equal(host.property(UNIT, "Delegate"), "yes");
    assert.equal(host.property(UNIT, "DelegateControllers"), "");
    declare(host, [MOTD]);
    assert.equal(host.run(["systemctl", "reload", UNIT]).code, 0);
  });

  test("the journal gets priorities and no time, and no value that not everybody may read", async () => {
    const since = cursor(host);
    const secret =
      '{ kind: file, name: /etc/secret, spec: { content: "hush-hush\\n", mode: "0600" } }';
    declare(host, [MOTD, secret]);
    assert.equal(host.run(["systemctl", "reload", UNIT]).code, 0);
    // Not before it was verified: it would be what was just written that went wrong.
    const isMade = ({ MESSAGE }: Json) => /file:\/etc\/secret {2}changed/.test(String(MESSAGE));
    await host.until("the secret", () => journal(host, since).some(isMade));
    fs.writeFileSync(host.at("/etc/secret"), "tampered-with\n");
    await host.until("the repair", () => host.read("/etc/secret") === "hush-hush\n");
    const isRepair = ({ MESSAGE }: Json) => /file:\/etc\/secret {2}repaired/.test(String(MESSAGE));
    await host.until("its line", () => journal(host, since).some(isRepair));
    const lines = journal(host, since);
    const drift = lines.find(({ MESSAGE }) => String(MESSAGE).startsWith("drift file:/etc/secret"));
    assert.equal(drift?.["PRIORITY"], "5", JSON.stringify(lines));
    assert.equal(
      lines.find(({ MESSAGE }) => String(MESSAGE).startsWith("reloaded"))?.["PRIORITY"],
      "6",
    );
    assert.doesNotMatch(JSON.stringify(lines), /hush-hush|tampered-with/);
  });

  test("M10: an agent that is stopped in its tracks is killed by the watchdog, started again, and converges", async () => {
    const pid = host.property(UNIT, "MainPID");
    host.run(["systemctl", "kill", "--kill-who=main", "--signal=STOP", UNIT]);
    fs.writeFileSync(host.at("/etc/motd"), "tampered\n");
    await host.until("a restart", () => host.property(UNIT, "NRestarts") === "1");
    await host.until("a new agent", () => host.property(UNIT, "ActiveState") === "active");
    assert.notEqual(host.property(UNIT, "MainPID"), pid);
    await host.until("convergence", () => host.read("/etc/motd") === "hello\n");
    const published = host.run([
      "journalctl",
      "--no-pager",
      "--output=cat",
      `--unit=${UNIT}`,
    ]).stdout;
    assert.match(published, /Watchdog timeout/);
    assert.match(published, /killed, status=6\/ABRT/, "LimitCORE: what it knew was not dumped");
  });

  test("D14: a stop during a slow apply waits for it, begins nothing more, and is no failure", async () => {
    const slow = slowCommand("slow", 2);
    const later =
      '{ kind: file, name: /run/later, spec: { content: "" }, meta: { dependsOn: ["exec:slow"] } }';
    declare(host, [MOTD, slow, later]);
    // In the first pass, where a stop must act too.
    assert.equal(host.run(["systemctl", "restart", UNIT]).code, 0);
    await host.until("the command runs", () => host.read("/run/slow.begun") !== undefined);
    assert.equal(host.run(["systemctl", "stop", UNIT]).code, 0);
    assert.equal(host.read("/run/slow.done"), "", "it came to its end");
    assert.equal(host.read("/run/later"), undefined, "nothing was begun after it");
    assert.deepEqual(
      ["ActiveState", "Result"].map((name) => host.property(UNIT, name)),
      ["inactive", "success"],
    );
    assert.ok(fs.existsSync(host.at("/run/holdfast/agent.lock")), "the lock's file stays");
    assert.equal(host.run(["systemctl", "start", UNIT]).code, 0);
    await host.until("the rest", () => host.read("/run/later") === "");
  });

  test("D14: a second signal does not wait, and nothing that ran is left", async () => {
    declare(host, [MOTD, slowCommand("endless", ENDLESS_SECONDS)]);
    assert.equal(host.run(["systemctl", "restart", UNIT]).code, 0);
    await host.until("the command runs", () => host.read("/run/endless.begun") !== undefined);
    host.run(["systemctl", "stop", "--no-block", UNIT]);
    await host.until("the stop", () => host.property(UNIT, "ActiveState") === "deactivating");
    // A signal that comes at once is taken for an echo of the first.
    await host.until("the word", () => host.property(UNIT, "StatusText").startsWith("stopping"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    host.run(["systemctl", "kill", "--kill-who=main", "--signal=TERM", UNIT]);
    await host.until("the end", () =>
      /^(?:inactive|failed)$/.test(host.property(UNIT, "ActiveState")),
    );
    assert.deepEqual(processesWith(String(ENDLESS_SECONDS)), []);
    declare(host, [MOTD]);
    assert.equal(host.run(["systemctl", "start", UNIT]).code, 0);
  });

  test("a unit that was changed by hand is neither replaced nor removed, and the service goes on", () => {
    const path = `/etc/systemd/system/${UNIT}`;
    const made = host.read(path) ?? "";
    host.write(path, `${made}# mine\n`);
    for (const command of ["install", "uninstall"]) {
      const { code, output } = host.holdfast([command]);
      assert.equal(code, 1);
      assert.match(output, /UnitChanged: .*holdfast\.service .*\n.*systemctl edit/);
    }
    assert.equal(host.read(path), `${made}# mine\n`);
    host.write(path, made);
    assert.equal(host.property(UNIT, "ActiveState"), "active");
  });

  test("install with other options changes the unit and restarts the service with them", async () => {
    const pid = host.property(UNIT, "MainPID");
    const { code, output } = host.holdfast(["install", "--mode", "detect", MANIFEST]);
    assert.equal(code, 0, output);
    assert.notEqual(host.property(UNIT, "MainPID"), pid);
    fs.writeFileSync(host.at("/etc/motd"), "tampered\n");
    await host.until("a drift", () => /Drifted/.test(host.holdfast(["status"]).stdout));
    assert.equal(host.read("/etc/motd"), "tampered\n");
    assert.equal(host.holdfast(["install"]).code, 0);
    await host.until("the repair", () => host.read("/etc/motd") === "hello\n");
  });

  test("install takes a source of any name to systemd as it is", async () => {
    const source = `/etc/holdfast/an "odd" %n $HOME 'name' \\.yaml`;
    host.write(source, host.read(MANIFEST) ?? "");
    assert.equal(host.holdfast(["install", source]).code, 0);
    const pid = host.property(UNIT, "MainPID");
    const words = fs.readFileSync(host.at(`/proc/${pid}/cmdline`), "utf8").split("\0");
    assert.equal(words.at(-2), source);
    fs.rmSync(host.at(source));
    assert.equal(host.holdfast(["install"]).code, 0);
  });

  test("uninstall stops and removes what install made, keeps the rest and says so; a purge leaves nothing", () => {
    const dropIn = `/etc/systemd/system/${UNIT}.d/quick.conf`;
    const plan = host.holdfast(["uninstall", "--dry-run"]);
    assert.match(plan.output, /- file:\/etc\/systemd\/system\/holdfast\.service/);
    assert.equal(host.property(UNIT, "ActiveState"), "active");
    const removed = json(host, ["uninstall"]);
    assert.deepEqual(removed["kept"], [
      "/etc/holdfast",
      "/var/lib/holdfast",
      "/var/log/holdfast",
      dropIn,
    ]);
    assert.equal(host.property(UNIT, "ActiveState"), "inactive");
    assert.equal(host.run(["systemctl", "is-enabled", UNIT]).code, 1);
    assert.equal(host.read(`/etc/systemd/system/${UNIT}`), undefined);
    assert.ok(host.read(MANIFEST) !== undefined && host.read(dropIn) !== undefined);
    assert.ok(host.read("/var/lib/holdfast/ledger.jsonl") !== undefined);
    assert.deepEqual(counts(json(host, ["uninstall"])), { changed: 0, ok: 4, failed: 0 });
    assert.deepEqual(counts(json(host, ["install"])), { changed: 5, ok: 4, failed: 0 });
    const purged = json(host, ["uninstall", "--purge"]);
    assert.deepEqual(
      [counts(purged), purged["kept"]],
      [{ changed: 7, ok: 0, failed: 0 }, [dropIn]],
    );
    assert.equal(host.property(UNIT, "ActiveState"), "inactive");
    for (const path of ["/etc/holdfast", "/var/lib/holdfast", "/var/log/holdfast"]) {
      assert.equal(fs.existsSync(host.at(path)), false, path);
    }
    assert.equal(host.run(["systemctl", "--failed", "--quiet"]).stdout, "");
  });

  test("K10: a kernel is named where /proc/sys is read-only, and a name that makes no event is found", () => {
    const hosts = host.read("/etc/hosts") ?? "";
    declare(host, ["{ kind: hostname, name: web1.example.org, spec: { hostsLine: true } }"]);
    const nameOf = () => host.run(["hostname"]).stdout.trim();
    assert.equal(host.holdfast(["apply", MANIFEST]).code, 0);
    assert.equal(nameOf(), "web1.example.org");
    assert.equal(host.read("/etc/hostname"), "web1.example.org\n");
    const line = "127.0.1.1\tweb1.example.org web1\n";
    assert.equal((host.read("/etc/hosts") ?? "").replace(line, ""), hosts);
    host.run(["hostname", "other"]);
    const { output } = host.holdfast(["apply", MANIFEST]);
    assert.match(output, /live: other → web1\.example\.org/);
    assert.equal(nameOf(), "web1.example.org");
  });

  test("K9: a reboot is asked of systemd once; what depends on it goes on when the boot id is another", () => {
    const target = "/etc/systemd/system/reboot.target";
    const isAsked = () => host.run(["systemctl", "is-active", "reboot.target"]).stdout.trim();
    // A target that stops nothing: it shows that it was asked for.
    host.write(target, "[Unit]\nDescription=asked for\n");
    host.run(["systemctl", "daemon-reload"]);
    declare(host, reboot("one"));
    const first = host.holdfast(["apply", MANIFEST]);
    assert.equal(first.code, 1);
    assert.match(first.output, /RebootPending.*\n.*\n.*blocked by reboot:once/);
    assert.equal(isAsked(), "active");
    host.run(["systemctl", "stop", "reboot.target"]);
    assert.match(host.holdfast(["apply", MANIFEST]).output, /RebootPending/);
    assert.equal(isAsked(), "inactive", "it is asked for once");
    assert.equal(host.read("/run/after"), undefined);
    host.write("/run/.boot-id", fs.readFileSync("/proc/sys/kernel/random/uuid", "utf8"));
    assert.equal(host.holdfast(["apply", MANIFEST]).code, 0);
    assert.equal(host.read("/run/after"), "one");
    assert.equal(isAsked(), "inactive");
    fs.rmSync(host.at(target));
    host.run(["systemctl", "daemon-reload"]);
  });

  test("K9: a machine that is asked to boot again goes down", async () => {
    declare(host, reboot("two"));
    const first = `/proc/${host.place.pid}`;
    host.holdfast(["apply", MANIFEST]);
    await host.until("the end of the machine", () => !fs.existsSync(first));
  });
});

/** A reboot for a reason, and a file that says that it has been. */
function reboot(reason: string): readonly string[] {
  return [
    `{ kind: reboot, name: once, spec: { reason: ${reason} } }`,
    `{ kind: file, name: /run/after, spec: { content: ${reason} }, meta: { dependsOn: ["reboot:once"] } }`,
  ];
}

/** Writes the manifest that the service reads. */
function declare(host: TestHost, resources: readonly string[]): void {
  const head = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: test }\nresources:\n";
  host.write(MANIFEST, head + resources.map((resource) => `  - ${resource}\n`).join(""));
}

/** A command that says when it begins and, after so many seconds, when it is done. */
function slowCommand(name: string, seconds: number): string {
  const script = `: > /run/${name}.begun; sleep ${seconds}; : > /run/${name}.done`;
  return `{ kind: exec, name: ${name}, spec: { command: [/bin/sh, -c, "${script}"], creates: /run/${name}.done } }`;
}

function json(host: TestHost, args: readonly string[]): Json {
  const { stdout, output } = host.holdfast([...args, "--out", "json"]);
  assert.match(stdout, /^\{/, output);
  return readJson(stdout);
}

function counts(report: Json): Json {
  const { changed, ok, failed } = Object(report["summary"]) as Json;
  return { changed, ok, failed };
}

/** Where the journal ends now. */
function cursor(host: TestHost): string {
  const { stdout } = host.run(["journalctl", "--lines=0", "--show-cursor", "--quiet"]);
  const found = /-- cursor: (\S+)/.exec(stdout)?.[1];
  assert.ok(found, stdout);
  return found;
}

/** The journal's lines of the service since then. */
function journal(host: TestHost, since: string): readonly Json[] {
  const args = ["--output=json", `--unit=${UNIT}`, `--after-cursor=${since}`, "--quiet"];
  const { stdout } = host.run(["journalctl", ...args]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map(readJson);
}
