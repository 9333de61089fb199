import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { bundle } from "../../scripts/bundle.ts";

const SUPERVISE = fileURLToPath(new URL("supervise.sh", import.meta.url));
const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** The command inside the machine, as it is installed there. */
export const NODE = "/opt/holdfast/node";
export const HOLDFAST = "/opt/holdfast/bin/holdfast.js";
/** These sources inside the machine, as they are while it runs; nobody inside can change them. */
const SOURCES = "/opt/holdfast-sources";

/** The longest that one command, or one thing that is to become true, is waited for. */
const PATIENCE_MS = 60_000;
/** Between two checks. */
const OBSERVE_MS = 20;
/** The longest that one test inside may take, unless it names its own limit. */
const TEST_TIMEOUT_MS = 180_000;
/** Of what tests inside say; the end is kept, where failures are. */
const MOST_OUTPUT_CHARACTERS = 1_000_000;
/** All that a command inside gets of an environment. */
const ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
/** Tests inside may change the machine that they run on, because it is thrown away. */
const DISPOSABLE = { HOLDFAST_DISPOSABLE_MACHINE: "yes" };
/** How much of the laws of kinds is tried inside: as much as outside. */
const EFFORT = "HOLDFAST_CONFORMANCE_EFFORT";

/** What this machine lacks to boot another one inside; `undefined` when it lacks nothing. */
export function missingForTestHost(): string | undefined {
  if (process.platform !== "linux") return "needs Linux";
  if (process.geteuid?.() !== 0) return "booting a machine needs root";
  if (!fs.existsSync("/lib/systemd/systemd")) return "needs the package systemd";
  const cgroups = fs.existsSync("/sys/fs/cgroup/unified")
    ? "/sys/fs/cgroup/unified"
    : "/sys/fs/cgroup";
  if (!fs.existsSync(join(cgroups, "cgroup.procs"))) return "needs cgroups of version 2";
  const layered =
    `rmdir $(mktemp -d -p ${cgroups}) && ` +
    'd=$(mktemp -d) && mount -t tmpfs probe "$d" && mkdir "$d/u" "$d/w" "$d/r" && ' +
    'mount -t overlay probe -o "lowerdir=/,upperdir=$d/u,workdir=$d/w" "$d/r"; s=$?; ' +
    'umount -R "$d"; rmdir "$d"; exit $s';
  const namespaces = ["--mount", "--pid", "--fork", "--uts", "--ipc", "--net", "--cgroup"];
  const { status, stderr } = spawnSync("unshare", [...namespaces, "/bin/sh", "-c", layered], {
    encoding: "utf8",
  });
  return status === 0 ? undefined : `namespaces or overlays cannot be made here: ${stderr.trim()}`;
}

/** How a command inside the machine ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams. */
  readonly output: string;
}

/** Where a machine is on this one. */
export interface Place {
  /** Its first process. */
  readonly pid: string;
  readonly cgroup: string;
  /** The directory of what it needs from outside. */
  readonly state: string;
}

/**
 * A machine with a real systemd, in namespaces of its own on a throw-away layer over this machine's files, with the
 * command of these sources installed. Disposing removes every trace; so does the end of this process, however it ends.
 */
export class TestHost implements AsyncDisposable {
  readonly place: Place;
  readonly #supervisor: ChildProcess;

  private constructor(supervisor: ChildProcess, place: Place) {
    this.#supervisor = supervisor;
    this.place = place;
  }

  /** Boots it, and waits until systemd says that it runs. `node` alone is all that tests inside need. Default both. */
  static async boot(programs: "command" | "node" = "command"): Promise<TestHost> {
    const state = fs.mkdtempSync(join(homedir(), ".holdfast-machine-"));
    await putPrograms(join(state, "programs"), programs);
    const supervisor = spawn(SUPERVISE, [state], { stdio: ["pipe", "pipe", "inherit"] });
    assert.ok(supervisor.stdout);
    const lines = createInterface({ input: supervisor.stdout });
    const said = once(lines, "line").then(([line]) => String(line));
    const ended = once(supervisor, "close").then(() => assert.fail("the machine did not boot"));
    const [pid = "", cgroup = ""] = (await Promise.race([said, ended])).split(" ");
    const host = new TestHost(supervisor, { pid, cgroup, state });
    await host.until("systemd runs", () => {
      const { stdout } = host.run(["systemctl", "is-system-running"]);
      return /^(?:running|degraded)/.test(stdout);
    });
    return host;
  }

  /** Runs a command inside to its end, with nothing of this process's environment. */
  run(argv: readonly string[], patienceMs = PATIENCE_MS): Ended {
    const { status, stdout, stderr } = spawnSync("/bin/sh", this.#entering(argv), {
      encoding: "utf8",
      env: ENVIRONMENT,
      timeout: patienceMs,
    });
    return { code: status, stdout, output: stdout + stderr };
  }

  /**
   * Runs a file of tests of these sources inside, with node's own runner, to its end.
   * @param file relative to the repository.
   */
  async runTests(file: string): Promise<Ended> {
    const options = ["--conditions=@holdfast/source", "--test", "--test-reporter=spec"];
    const argv = [NODE, ...options, `--test-timeout=${TEST_TIMEOUT_MS}`, `${SOURCES}/${file}`];
    const child = spawn("/bin/sh", this.#entering(argv), {
      env: { ...ENVIRONMENT, ...DISPOSABLE, [EFFORT]: process.env[EFFORT] },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const streams = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        streams[name] = (streams[name] + text).slice(-MOST_OUTPUT_CHARACTERS);
      });
    }
    await once(child, "close");
    const { stdout, stderr } = streams;
    return { code: child.exitCode, stdout, output: stdout + stderr };
  }

  /** The words by which a shell runs a command inside, in a cgroup that ends with the machine. */
  #entering(argv: readonly string[]): string[] {
    const limits = "-sys_time,-sys_module,-sys_rawio,-sys_boot";
    const { pid, cgroup } = this.place;
    const enter = ["nsenter", "-t", pid, "-m", "-u", "-i", "-n", "-p", "-C"];
    const drop = ["setpriv", `--bounding-set=${limits}`, `--inh-caps=${limits}`];
    const scope = `${cgroup}/test.scope`;
    const join = `mkdir -p ${scope} && echo $$ > ${scope}/cgroup.procs && exec "$@"`;
    return ["-c", join, "sh", ...enter, ...drop, ...argv];
  }

  /** Runs the installed command inside. */
  holdfast(args: readonly string[]): Ended {
    return this.run([NODE, HOLDFAST, ...args]);
  }

  /** One property of a unit, as systemd knows it. */
  property(unit: string, name: string): string {
    return this.run(["systemctl", "show", "--value", `--property=${name}`, unit]).stdout.trim();
  }

  /** This machine's path of a path inside. */
  at(path: string): string {
    return join(`/proc/${this.place.pid}/root`, path);
  }

  /** Writes a file inside, with the directories above it. */
  write(path: string, text: string): void {
    fs.mkdirSync(dirname(this.at(path)), { recursive: true });
    fs.writeFileSync(this.at(path), text, { mode: 0o644 });
  }

  /** The content of a file inside; `undefined` when it is not there. */
  read(path: string): string | undefined {
    return fs.existsSync(this.at(path)) ? fs.readFileSync(this.at(path), "utf8") : undefined;
  }

  /** Waits until something is so. `what` may say when it is too late what is missing. */
  async until(what: string | (() => string), isSo: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    const shown = (): string => (typeof what === "string" ? what : what());
    while (!isSo()) {
      if (performance.now() >= deadlineMs) assert.fail(`it never came: ${shown()}`);
      await new Promise((resolve) => setTimeout(resolve, OBSERVE_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#supervisor.exitCode !== null || this.#supervisor.signalCode !== null) return;
    const ended = once(this.#supervisor, "close");
    this.#supervisor.stdin?.end();
    await ended;
  }
}

/** The command as a machine has it: the bundle of these sources, Node, and the one module that is not in the bundle. */
async function putPrograms(directory: string, programs: "command" | "node"): Promise<void> {
  fs.mkdirSync(directory, { mode: 0o755 });
  fs.copyFileSync(process.execPath, join(directory, "node"));
  fs.chmodSync(join(directory, "node"), 0o755);
  if (programs === "node") return;
  await bundle(join(directory, "dist"));
  const copy = (from: string, to: string): void =>
    fs.cpSync(join(REPOSITORY, from), join(directory, to), { recursive: true });
  copy("apps/holdfast/bin", "bin");
  copy("apps/holdfast/package.json", "package.json");
  copy("node_modules/koffi", "node_modules/koffi");
  copy("node_modules/@koromix", "node_modules/@koromix");
}
