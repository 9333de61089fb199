import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import {
  createMounts,
  openFiles,
  openRemoteFiles,
  realClock,
  realFileCalls,
  realMountSystem,
} from "@holdfast/host";
import type { MountSubject } from "../mount-laws/subject.ts";
import { openMountNamespace } from "./namespaces/mount-namespace.ts";
import { openRealDirectory } from "./real-directory.ts";

/** A hint of a real watch comes within this, also on a busy machine. */
const HINT_MS = 5_000;
const SWAP_BYTES = 40_960;

/** A directory of this machine that is the root of a mount namespace. Needs root. */
export async function openRealMountSubject(): Promise<MountSubject> {
  const directory = openRealDirectory();
  const { root } = directory;
  const namespace = openMountNamespace(root);
  const remote = openRemoteFiles({ clock: realClock });
  const files = openFiles({ calls: realFileCalls, root, clock: realClock, remote });
  const system = realMountSystem({ clock: realClock, root, namespace });
  return {
    mounts: createMounts({ system, files }),
    actor: { ...directory.actor, mounts: namespace.actor },
    onMachine: (path) => root + path,
    use: (path) => useDirectory(namespace.entering, root + path),
    finish: (work) => work,
    until,
    async [Symbol.asyncDispose]() {
      await namespace[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
      await remote[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Why files of a temporary directory are not swapped to on this machine; `undefined`: they are. */
export function missingForSwap(): string | undefined {
  const directory = openRealDirectory();
  try {
    const path = `${directory.root}/swap`;
    fs.writeFileSync(path, new Uint8Array(SWAP_BYTES), { mode: 0o600 });
    if (spawnSync("mkswap", [path]).status !== 0) return "mkswap is missing";
    if (spawnSync("swapon", [path]).status !== 0) return "this machine cannot swap to such a file";
    spawnSync("swapoff", [path]);
    return undefined;
  } finally {
    fs.rmSync(directory.root, { recursive: true });
  }
}

async function useDirectory(entering: readonly [string, ...string[]], path: string) {
  const [program, ...words] = entering;
  const script = 'cd "$1" && echo there && exec cat';
  const child = spawn(program, [...words, "sh", "-c", script, "sh", path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const { pid } = child;
  if (pid === undefined) throw new Error(`nobody could enter ${path}`);
  return {
    pid,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function until(isSo: () => boolean): Promise<boolean> {
  const endMs = realClock.monotonicMs() + HINT_MS;
  while (!isSo()) {
    if (realClock.monotonicMs() > endMs) return false;
    await new Promise<void>((resolve) => realClock.schedule(1, resolve));
  }
  return true;
}
