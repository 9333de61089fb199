import { constants } from "node:fs";
import { type FileHandle, lstat, open, stat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { basename } from "node:path";
import { DaemonFault, toDaemonFault } from "../daemon-fault.ts";
import { codeOf } from "../error-code.ts";
import { fileFault, type OpenDirectory, unsafeFault } from "../files/own-directory.ts";
import type { Log } from "../log.ts";
import type { Native } from "../native/native.ts";

/** The right to a socket's path, until it is disposed. */
export type SocketClaim = AsyncDisposable;

/** A lock file may be removed between our open and our lock; each try sees a newer one. */
const MOST_TRIES = 10;

/**
 * Claims the path of a socket: takes the lock beside it, asks whether anybody listens there, and removes the socket of
 * a daemon that died. Where there is no flock, the question alone must do, and the log says so.
 * @throws {DaemonFault} SocketInUse, when a daemon runs there; PathUnsafe, when something else lies there; FileFailed.
 */
export async function claimSocket(
  directory: OpenDirectory,
  socketPath: string,
  { native, log }: { readonly native: Native; readonly log: Log },
): Promise<SocketClaim> {
  const lock = await takeLock(directory, socketPath, { native, log });
  try {
    await removeStale(directory, socketPath);
    return { [Symbol.asyncDispose]: () => lock.close() };
  } catch (error) {
    await lock.close();
    throw error;
  }
}

async function takeLock(
  directory: OpenDirectory,
  socketPath: string,
  { native, log }: { readonly native: Native; readonly log: Log },
): Promise<FileHandle> {
  const path = `${socketPath}.lock`;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const handle = await openLock(directory, path);
    try {
      if (!lockOrWarn(handle, native, log)) throw inUse(socketPath);
      if (await hasItsName(directory, path, handle)) return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
  }
  throw unsafeFault(path, "it is removed again and again", "Find out what removes it.");
}

async function openLock(directory: OpenDirectory, path: string): Promise<FileHandle> {
  const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
  try {
    const flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    const handle = await open(directory.at(basename(path)), flags, 0o600);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    if (!["ELOOP", "EISDIR", "ENXIO"].includes(codeOf(error) ?? "")) throw fileFault(path, error);
  }
  throw unsafeFault(path, "it is a link or no regular file", "Remove it.");
}

/** @returns false when another process has the lock. */
function lockOrWarn(handle: FileHandle, native: Native, log: Log): boolean {
  try {
    return native.lockFile(handle.fd) === "taken";
  } catch (error) {
    const fault = toDaemonFault(error);
    log.warn(`the control socket has no lock: ${fault.message}`, {
      reason: "SocketLockUnavailable",
      error: { ...fault.toJSON() },
    });
    return true;
  }
}

/** A lock on a file that lost its name keeps nobody out. */
async function hasItsName(
  directory: OpenDirectory,
  path: string,
  handle: FileHandle,
): Promise<boolean> {
  const own = await handle.stat();
  try {
    const named = await stat(directory.at(basename(path)));
    return named.ino === own.ino && named.dev === own.dev;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw fileFault(path, error);
  }
}

async function removeStale(directory: OpenDirectory, socketPath: string): Promise<void> {
  const path = directory.at(basename(socketPath));
  try {
    if (!(await lstat(path)).isSocket()) {
      throw unsafeFault(socketPath, "it is no socket", "Move it away, or name another path.");
    }
    if (await isAnswered(path)) throw inUse(socketPath);
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw fileFault(socketPath, error);
  }
}

/** Whether a process listens on a socket. Only a plain refusal means that none does. */
async function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ path }, () => resolve(true));
  socket.once("error", (error) => resolve(codeOf(error) !== "ECONNREFUSED"));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

function inUse(socketPath: string): DaemonFault {
  return new DaemonFault({
    reason: "SocketInUse",
    message: `another daemon serves ${socketPath}`,
    resolution: "Stop it first, or name another socket.",
  });
}
