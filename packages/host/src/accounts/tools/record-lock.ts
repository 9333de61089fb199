import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { codeOf } from "../../system/error-code.ts";

/** F_GETLK, F_WRLCK and F_UNLCK of fcntl(2), as Linux numbers them. */
const GET_LOCK = 5;
const WRITE_LOCK = 1;
const UNLOCKED = 2;
/** `struct flock` of a 64-bit machine: type, whence, start, length, pid. */
const LOCK_BYTES = 32;
const PID_AT = 24;
/** 64 bits and little-endian: what the layout is of. */
const ARCHITECTURES: ReadonlySet<string> = new Set(["x64", "arm64", "riscv64", "loong64"]);

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Asks who holds the record lock of a whole file; `undefined` when nobody does. */
export type RecordLockOwner = (path: string) => Promise<number | undefined>;

/**
 * Loads the question that Node does not offer, through koffi. Nothing is locked by asking. A pid of 0 stands for a process
 * of another pid namespace. Where the call is not to be had, nobody is ever seen: the tools wait by themselves then.
 */
export async function loadRecordLockOwner(): Promise<RecordLockOwner> {
  const getLock = await loadGetLock();
  return async (path) => {
    const file = await openLockFile(path);
    if (file === undefined) return undefined;
    try {
      const lock = Buffer.alloc(LOCK_BYTES);
      lock.writeInt16LE(WRITE_LOCK, 0);
      if (getLock(file.fd, lock) !== 0) return undefined;
      return lock.readInt16LE(0) === UNLOCKED ? undefined : lock.readInt32LE(PID_AT);
    } finally {
      await file.close();
    }
  };
}

async function openLockFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    // Who may not open it may not change an account either; the tool says so.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return undefined;
    throw error;
  }
}

async function loadGetLock(): Promise<(descriptor: number, lock: Buffer) => number> {
  if (process.platform !== "linux" || !ARCHITECTURES.has(process.arch)) return () => -1;
  try {
    const { default: koffi } = await import("koffi");
    const call: (descriptor: number, command: number, type: string, lock: Buffer) => number = koffi
      .load(null)
      .func("fcntl", "int", ["int", "int", "..."]);
    return (descriptor, lock) => call(descriptor, GET_LOCK, "void *", lock);
  } catch {
    return () => -1;
  }
}
