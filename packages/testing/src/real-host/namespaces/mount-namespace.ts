import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { mountsIn, swapsIn } from "@holdfast/host";
import { mountLines } from "../../operations/mount-lines.ts";
import type { MountActor } from "../../operations/mount-operation.ts";
import { waitNow } from "../wait-now.ts";

/** A mount namespace of its own in which a directory is a mount point. It is gone with the process that holds it. */
export interface RealMountNamespace extends AsyncDisposable {
  readonly pid: number;
  readonly entering: readonly [string, ...string[]];
  /** What is mounted in the directory, as lines of a tree. */
  lines(): readonly string[];
  /** Others, who mount in the directory. */
  readonly actor: MountActor;
}

/** Whether this process may make one. */
export function canMount(): boolean {
  return process.geteuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
}

/** Makes one at once; the holder ends with this process. @throws {Error} when it does not get ready. */
export function openMountNamespace(root: string): RealMountNamespace {
  const script = `mount --bind "$1" "$1" && exec cat`;
  const words = ["--mount", "--propagation", "private", "sh", "-c", script, "sh", root];
  const holder = spawn("unshare", words, { stdio: ["pipe", "ignore", "inherit"] });
  const { pid } = holder;
  if (pid === undefined) throw new Error("no mount namespace could be made");
  waitNow(() => pointsOf(pid).includes(root));
  const entering = ["nsenter", `--mount=/proc/${pid}/ns/mnt`] as const;
  return {
    pid,
    entering,
    lines: () => linesOf(pid, root),
    actor: actorIn(entering, root),
    [Symbol.asyncDispose]: () => end(holder),
  };
}

function actorIn(entering: readonly string[], root: string): MountActor {
  const run = (...words: readonly string[]): void => {
    const [program = "", ...args] = [...entering, ...words];
    spawnSync(program, args, { stdio: "ignore" });
  };
  return {
    mount: (path, options) =>
      run("mount", "-t", "tmpfs", "-o", options || "rw", "theirs", root + path),
    unmount: (path) => run("umount", "--lazy", root + path),
    remount: (path, options) =>
      run("mount", "-o", `remount,bind,${options}`, "theirs", root + path),
    swapOn: (path) => run("swapon", root + path),
    swapOff: (path) => run("swapoff", root + path),
  };
}

function linesOf(pid: number, root: string): readonly string[] {
  const mounts = mountsIn(fs.readFileSync(`/proc/${pid}/mountinfo`, "utf8"));
  const swaps = swapsIn(fs.readFileSync("/proc/swaps", "utf8"));
  const top = mounts.find(({ mountPoint }) => mountPoint === root)?.root ?? "";
  const shown = (path: string): string => (path.startsWith(top) ? path.slice(top.length) : path);
  const inside = mounts.filter(({ mountPoint }) => mountPoint.startsWith(`${root}/`));
  return mountLines({
    mounts: inside.map((mount) => ({
      ...mount,
      mountPoint: mount.mountPoint.slice(root.length),
      root: shown(mount.root),
    })),
    swaps: swaps.filter(({ path }) => path.startsWith(`${root}/`)),
  });
}

function pointsOf(pid: number): readonly string[] {
  const text = fs.readFileSync(`/proc/${pid}/mountinfo`, "utf8");
  return mountsIn(text).map(({ mountPoint }) => mountPoint);
}

async function end(holder: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => holder.once("exit", () => resolve()));
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  holder.kill("SIGKILL");
  await ended;
}
