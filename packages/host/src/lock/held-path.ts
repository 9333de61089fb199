import { constants, type Stats } from "node:fs";
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
import { type Flock, loadFlock } from "./flock.ts";
import { readHolderOfInode } from "./lock-holder.ts";

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

/** Somebody may remove the file between our open and our lock; each try sees a newer one. */
const MOST_TRIES = 10;

/** Codes of stat that say for certain that a path leads to nothing. */
const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);

/** A file or directory of which we have the exclusive flock(2). Disposing releases it; so does the end of the process. */
export interface HeldPath extends AsyncDisposable {
  readonly path: string;
  /** Whether the path still leads to what is locked: only then does the lock exclude others. */
  isInPlace(): Promise<boolean>;
}

/**
 * Locks a file, made with mode 0640 in a directory that is made 0750, and writes our pid into it. The file stays when it
 * is released.
 * @throws {Fault} AgentRunning, when another process has it; PathUnsafe; LedgerUnavailable and the like.
 */
export async function holdFile(path: string): Promise<HeldPath> {
  return await hold(path, async () => {
    const handle = await openLockFile(path);
    return { handle, holder: () => readPid(handle), onTaken: () => writePid(handle) };
  });
}

/**
 * Locks a directory of the agent's own that is there already.
 * @throws {Fault} as `holdFile`; NotFound, when there is none.
 */
export async function holdDirectory(path: string): Promise<HeldPath> {
  return await hold(path, async () => {
    const handle = await openPrivateDirectory(path, "LedgerUnavailable");
    if (handle === undefined) throw storageFault(path, "NotFound", "there is none");
    const holder = async () => readHolderOfInode((await handle.stat()).ino);
    return { handle, holder, onTaken: async () => {} };
  });
}

interface Opened {
  readonly handle: FileHandle;
  /** The process that has the lock, as far as it is known. */
  readonly holder: () => Promise<number | undefined>;
  readonly onTaken: () => Promise<void>;
}

async function hold(path: string, openIt: () => Promise<Opened>): Promise<HeldPath> {
  const flock = await loadFlock();
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const held = await tryHold(path, await openIt(), flock);
    if (held !== undefined) return held;
  }
  throw new Fault({
    reason: "LedgerUnavailable",
    message: `${path} is removed again and again while it is being locked`,
    resolution: "Find out what removes it, and stop that.",
  });
}

/** @returns `undefined` when the path led to something else by the time of the lock. */
async function tryHold(
  path: string,
  { handle, holder, onTaken }: Opened,
  flock: Flock,
): Promise<HeldPath | undefined> {
  try {
    const own = await handle.stat();
    if (flock(handle.fd) === "held") throw heldFault(path, await holder());
    if (await isSame(path, own)) {
      await onTaken();
      return {
        path,
        isInPlace: () => isInPlace(path, own),
        [Symbol.asyncDispose]: () => handle.close(),
      };
    }
  } catch (error) {
    await handle.close();
    throw error instanceof Fault ? error : storageFault(path, "LedgerUnavailable", error);
  }
  await handle.close();
  return undefined;
}

async function readPid(handle: FileHandle): Promise<number | undefined> {
  const pid = /^\d+/.exec(await handle.readFile("utf8"))?.[0];
  return pid === undefined ? undefined : Number(pid);
}

async function writePid(handle: FileHandle): Promise<void> {
  await handle.truncate(0);
  await handle.write(`${process.pid}\n`, 0);
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

/** A path that cannot be seen now is not gone: only somebody who sees it can have replaced it. */
async function isInPlace(path: string, own: Stats): Promise<boolean> {
  try {
    return await isSame(path, own);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return true;
  }
}

async function isSame(path: string, own: Stats): Promise<boolean> {
  try {
    const named = await stat(path);
    return named.ino === own.ino && named.dev === own.dev;
  } catch (error) {
    if (GONE.has(codeOf(error) ?? "")) return false;
    throw error;
  }
}

function heldFault(path: string, pid: number | undefined): Fault {
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
