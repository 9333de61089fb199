import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Fault } from "@holdfast/core";
import {
  makePrivateDirectory,
  openPrivateDirectory,
  refuseShared,
  storageFault,
} from "../storage/private-directory.ts";
import { codeOf } from "../system/error-code.ts";
import { loadFlock } from "./flock.ts";

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

/** A lock file may be removed between our open and our lock; each try sees a newer one. */
const MOST_TRIES = 10;

/** An exclusive lock that is held. Disposing releases it. */
export interface Lock extends AsyncDisposable {
  /** Whether it still excludes others: a file that lost its name excludes nobody. */
  isHeld(): Promise<boolean>;
}

/**
 * Takes the exclusive flock(2) of a file, made with mode 0640 in a directory that is made 0750, and writes our pid
 * into it. Disposing releases it; so does the kernel when the process dies, however it dies. The file stays.
 * @throws {Fault} AgentRunning, when another process has it; PathUnsafe, when others could take its place;
 *   NotPrivileged; LedgerUnavailable, when this system has no lock to offer.
 */
export async function openLock(path: string): Promise<Lock> {
  try {
    return await takeLock(path);
  } catch (error) {
    throw isRefused(error) ? notPrivileged(path, error) : error;
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof Fault && ["EACCES", "EPERM"].includes(codeOf(error.cause) ?? "");
}

function notPrivileged(path: string, cause: unknown): Fault {
  return new Fault({
    reason: "NotPrivileged",
    message: `this user may not write to ${dirname(path)}`,
    resolution: "Run it as root, or as the user whom the directory belongs to.",
    cause,
  });
}

async function takeLock(path: string): Promise<Lock> {
  const flock = await loadFlock();
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const handle = await openLockFile(path);
    try {
      const outcome = flock(handle.fd);
      if (outcome === "held") throw heldFault(path, await handle.readFile("utf8"));
      if (await isStillThere(path, handle)) {
        await handle.truncate(0);
        await handle.write(`${process.pid}\n`, 0);
        return {
          isHeld: () => isStillThere(path, handle),
          [Symbol.asyncDispose]: () => handle.close(),
        };
      }
    } catch (error) {
      await handle.close();
      throw error instanceof Fault ? error : storageFault(path, "LedgerUnavailable", error);
    }
    await handle.close();
  }
  throw new Fault({
    reason: "LedgerUnavailable",
    message: `${path} is removed again and again while it is being locked`,
    resolution: "Find out what removes it, and stop that.",
  });
}

async function openLockFile(path: string): Promise<FileHandle> {
  await makePrivateDirectory(dirname(path), 0o750, "LedgerUnavailable");
  const directory = await openPrivateDirectory(dirname(path), "LedgerUnavailable");
  if (directory === undefined) throw storageFault(path, "LedgerUnavailable", "it was removed");
  try {
    const target = process.platform === "linux" ? `/proc/self/fd/${directory.fd}` : dirname(path);
    const flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    const handle = await open(join(target, basename(path)), flags, 0o640);
    await refuseUnsafe(path, handle);
    return handle;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ELOOP" || code === "EISDIR" || code === "ENXIO") throw notFile(path);
    throw error instanceof Fault ? error : storageFault(path, "LedgerUnavailable", error);
  } finally {
    await directory.close();
  }
}

async function refuseUnsafe(path: string, handle: FileHandle): Promise<void> {
  try {
    const entry = await handle.stat();
    if (!entry.isFile()) throw notFile(path);
    refuseShared(path, entry);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

// A lock on a file that lost its name excludes nobody.
async function isStillThere(path: string, handle: FileHandle): Promise<boolean> {
  const own = await handle.stat();
  try {
    const named = await stat(path);
    return named.ino === own.ino && named.dev === own.dev;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function heldFault(path: string, content: string): Fault {
  const pid = /^\d+/.exec(content)?.[0];
  const who = pid === undefined ? "another process" : `the process with pid ${pid}`;
  const stop = pid === undefined ? "stop it" : `stop it (kill ${pid})`;
  return new Fault({
    reason: "AgentRunning",
    message: `${who} already looks after this root: it holds ${path}`,
    resolution: `Leave the work to it (holdfast apply without a source asks it), or ${stop} and try again.`,
  });
}

function notFile(path: string): Fault {
  return new Fault({
    reason: "PathUnsafe",
    message: `${path} is not a regular file`,
    resolution: "Remove it; the agent makes the lock file it needs.",
  });
}
