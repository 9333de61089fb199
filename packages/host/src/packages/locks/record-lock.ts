import { closeSync, constants, openSync } from "node:fs";
import { Fault } from "@holdfast/core";
import { codeOf } from "../../system/error-code.ts";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** fcntl(2) on Linux. */
const F_GETLK = 5;
const F_WRLCK = 1;
const F_UNLCK = 2;
/** `struct flock` where off_t has 64 bits: type and whence (2 bytes each, then padding), start, length, pid. */
const FLOCK_BYTES = 32;
const PID_OFFSET = 24;
const LITTLE_64_BIT = /^(?:x64|arm64|riscv64|loong64)$/;

/** Who holds a record lock: a process, or one that cannot be named (of another container, or an open file's lock). */
export interface RecordLock {
  /** `undefined` when the kernel does not say. */
  readonly pid: number | undefined;
}

/** Asks for the holder of a write lock on a file, without taking it; `undefined` when nobody holds one. */
export type AskLock = (path: string) => RecordLock | undefined;

/**
 * Loads fcntl(2), which Node does not offer, through koffi, on first use only.
 * @throws {Fault} UnsupportedPlatform, where koffi does not load or the structure is not known.
 */
export async function loadAskLock(): Promise<AskLock> {
  try {
    if (process.platform !== "linux" || !LITTLE_64_BIT.test(process.arch)) {
      throw new Error(`struct flock is not known on ${process.platform} ${process.arch}`);
    }
    const { default: koffi } = await import("koffi");
    const fcntl: (descriptor: number, command: number, type: string, lock: Buffer) => number = koffi
      .load(null)
      .func("int fcntl(int, int, ...)");
    return (path) =>
      askOpened(path, (descriptor, lock) => fcntl(descriptor, F_GETLK, "void *", lock));
  } catch (error) {
    throw new Fault({
      reason: "UnsupportedPlatform",
      message: `who holds a lock cannot be found out here: ${error instanceof Error ? error.message : String(error)}`,
      resolution: "Install holdfast again with its koffi for this platform.",
      cause: error,
    });
  }
}

function askOpened(
  path: string,
  call: (descriptor: number, lock: Buffer) => number,
): RecordLock | undefined {
  const descriptor = openLock(path);
  if (descriptor === undefined) return undefined;
  const lock = Buffer.alloc(FLOCK_BYTES);
  lock.writeInt16LE(F_WRLCK, 0);
  try {
    if (call(descriptor, lock) !== 0) throw refused(path);
  } finally {
    closeSync(descriptor);
  }
  if (lock.readInt16LE(0) === F_UNLCK) return undefined;
  const pid = lock.readInt32LE(PID_OFFSET);
  return { pid: pid > 0 ? pid : undefined };
}

function openLock(path: string): number | undefined {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new Fault({
      reason: codeOf(error) === "EACCES" ? "PermissionDenied" : "HostFailed",
      message: `the lock ${path} cannot be opened: ${codeOf(error) ?? String(error)}`,
      resolution: "Run as root, and check that the lock is a regular file.",
      cause: error,
    });
  }
}

function refused(path: string): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `the file system does not tell who locks ${path}`,
    resolution: "Keep the package database on a local file system.",
  });
}
