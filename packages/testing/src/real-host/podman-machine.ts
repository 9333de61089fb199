import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerActor, ContainerOperation } from "../operations/container-operation.ts";
import { hasProgram } from "./has-program.ts";

/** Podman with its storage, its networks and everything that it runs in namespaces and a directory of its own. */
export interface PodmanMachine extends AsyncDisposable {
  readonly socketPath: string;
  /** Others, with podman(1). */
  readonly actor: ContainerActor;
  /** Runs a program of this machine in its namespaces, until it is disposed of: it listens where only Podman reaches it. */
  start(argv: readonly [string, ...string[]]): AsyncDisposable;
  /** The file system of one of its images, as a tar archive. */
  archiveOf(reference: string): string;
  /** Kills the service; containers run on. */
  stopService(): Promise<void>;
  /** Starts it again. */
  startService(): Promise<void>;
  /** Removes every container, network and volume, and what images there are beside these, by their references. */
  clear(images: readonly string[]): void;
}

/** Where a registry may listen that speaks http. */
export const REGISTRY = "127.0.0.1:5000";

const READY_WITHIN_MS = 20_000;
const READY_POLL_MS = 5;

/** Why none can be had here; `undefined`: one can. */
export function missingForPodman(): string | undefined {
  if (process.geteuid?.() !== 0) return "only root makes the namespaces";
  const lacks = ["podman", "crun", "unshare", "nsenter"].filter((name) => !hasProgram(name));
  if (!fs.existsSync("/bin/busybox")) lacks.push("busybox");
  if (lacks.length > 0) return `${lacks.join(", ")} is not installed`;
  const probe = spawnSync("unshare", ["--mount", "--net", "--pid", "--fork", "true"]);
  return probe.status === 0 ? undefined : "no namespaces can be made here";
}

/**
 * Podman's service in mount, network and process namespaces of its own: when their first process ends, everything in them
 * does, and nothing of this machine has changed. Images of one shell that waits have these references.
 */
export async function openPodmanMachine(images: readonly string[]): Promise<PodmanMachine> {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-podman-"));
  const holder = await openNamespaces(directory);
  const first = onlyChild(holder);
  const entering = ["nsenter", `--target=${first}`, "--mount", "--net", "--pid"] as const;
  const env = environmentOf(directory);
  const podman = (...words: readonly string[]): void => {
    const [program, ...rest] = entering;
    spawnSync(program, [...rest, "podman", ...words], { env, stdio: "ignore" });
  };
  const socketPath = join(directory, "podman.sock");
  let service: ChildProcess | undefined;
  const machine = {
    socketPath,
    actor: { act: (operation: ContainerOperation) => podmanAct(podman, operation) },
    start(argv: readonly [string, ...string[]]) {
      const [program, ...rest] = entering;
      const child = spawn(program, [...rest, ...argv], { stdio: "ignore" });
      return { [Symbol.asyncDispose]: () => end(child) };
    },
    archiveOf: (reference: string) => archiveIn(directory, reference),
    async stopService() {
      await end(service);
      fs.rmSync(socketPath, { force: true });
    },
    async startService() {
      const [program, ...rest] = entering;
      const words = ["podman", "system", "service", "--time=0", `unix://${socketPath}`];
      service = spawn(program, [...rest, ...words], { env, stdio: "ignore" });
      await until(() => fs.existsSync(socketPath));
    },
    clear(kept: readonly string[]) {
      podman("rm", "--all", "--force", "--time=0");
      podman("network", "prune", "--force");
      podman("volume", "prune", "--force");
      makeImages(podman, directory, kept);
    },
    async [Symbol.asyncDispose]() {
      await end(service);
      await end(holder);
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
  makeImages(podman, directory, images);
  await machine.startService();
  return machine;
}

/** Where it keeps everything, and without what a namespace of a machine in a machine cannot have. */
function environmentOf(directory: string): NodeJS.ProcessEnv {
  const containers = join(directory, "containers.conf");
  const storage = join(directory, "storage.conf");
  fs.writeFileSync(
    containers,
    [
      "[containers]",
      'cgroups = "disabled"',
      'default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]',
      "[network]",
      `network_config_dir = "${directory}/networks"`,
      "[engine]",
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      'runtime = "crun"',
      `static_dir = "${directory}/static"`,
      `tmp_dir = "/run/podman-tmp"`,
      `volume_path = "${directory}/volumes"`,
      "",
    ].join("\n"),
  );
  const places = `graphroot = "${directory}/root"\nrunroot = "/run/podman-run"\n`;
  fs.writeFileSync(storage, `[storage]\ndriver = "vfs"\n${places}`);
  const registries = join(directory, "registries.conf");
  fs.writeFileSync(registries, `[[registry]]\nlocation = "${REGISTRY}"\ninsecure = true\n`);
  const { PATH = "/usr/sbin:/usr/bin:/sbin:/bin" } = process.env;
  return {
    PATH,
    HOME: directory,
    CONTAINERS_CONF: containers,
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_REGISTRIES_CONF: registries,
  };
}

/** A process that holds the namespaces, in which control groups are of version 2 and the machine's own state is hidden. */
async function openNamespaces(directory: string): Promise<ChildProcess> {
  const script = [
    "set -e",
    "umount --recursive /sys/fs/cgroup || umount --recursive --lazy /sys/fs/cgroup || true",
    "mount -t cgroup2 none /sys/fs/cgroup",
    "mount -t tmpfs none /run",
    "mount -t tmpfs none /var/tmp",
    "mkdir -p /var/lib/containers && mount -t tmpfs none /var/lib/containers",
    "ip link set lo up",
    'touch "$1/ready"',
    "exec cat",
  ].join("\n");
  const spaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const holder = spawn("unshare", [...spaces, "sh", "-c", script, "sh", directory], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  await until(() => fs.existsSync(join(directory, "ready")));
  return holder;
}

/** The one child of unshare(1) or nsenter(1); of unshare it is process 1 of the new namespace. */
function onlyChild({ pid }: ChildProcess): string {
  return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
}

/** Each of another layer, so that no two are one. */
function makeImages(
  podman: (...words: readonly string[]) => void,
  directory: string,
  images: readonly string[],
): void {
  for (const reference of images) {
    const archive = archiveIn(directory, reference);
    if (!fs.existsSync(archive)) writeArchive(directory, archive, reference);
    const command = 'CMD ["/bin/sh","-c","trap exit TERM; while :; do sleep 1 & wait; done"]';
    podman("import", "--quiet", "--change", command, archive, reference);
  }
}

function archiveIn(directory: string, reference: string): string {
  return join(directory, `${encodeURIComponent(reference)}.tar`);
}

function writeArchive(directory: string, archive: string, reference: string): void {
  const tree = fs.mkdtempSync(join(directory, "image-"));
  fs.mkdirSync(join(tree, "bin"));
  fs.copyFileSync("/bin/busybox", join(tree, "bin/sh"));
  fs.symlinkSync("sh", join(tree, "bin/sleep"));
  fs.writeFileSync(join(tree, "reference"), reference);
  spawnSync("tar", ["--create", "--file", archive, "--directory", tree, "."]);
}

function podmanAct(
  podman: (...words: readonly string[]) => void,
  { verb, name, to = "" }: ContainerOperation,
): void {
  switch (verb) {
    case "run":
      return podman("run", "--detach", "--network=none", `--name=${name}`, to);
    case "stop":
      return podman("stop", "--time=0", name);
    case "remove":
      return podman("rm", "--force", "--time=0", name);
    case "rename":
      return podman("rename", name, to);
    case "kill":
    case "start":
      return podman(verb, name);
    case "connect":
    case "disconnect":
      return podman("network", verb, to, name);
    case "tag":
      return podman("tag", to, name);
    case "remove-image":
      return podman("untag", name);
    case "make-network":
      return podman("network", "create", name);
    case "remove-network":
      return podman("network", "rm", "--force", name);
    case "make-volume":
      return podman("volume", "create", name);
    default:
      return podman("volume", "rm", name);
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + READY_WITHIN_MS;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error("podman did not get ready");
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  // Entering a process namespace takes a child, which is what runs.
  const inside = Number(onlyChild(child));
  if (inside > 0) process.kill(inside, "SIGKILL");
  else child.kill("SIGKILL");
  await ended;
}
