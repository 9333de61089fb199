import { Fault } from "@holdfast/core";
import type { CallerIdentity, FileCalls, OwnerIds } from "./calls.ts";
import { errnoOf } from "./errno-fault.ts";

const MODE_BITS = 0o7777;
/** What group and others may not do by default. */
const WRITE_BY_OTHERS = 0o022;

/** What a file system answers that keeps no owners and modes of its own: vfat, and much that is behind FUSE. */
const NOT_KEPT: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/**
 * With what mode to create what nobody declares a mode of. Where the directory has a default ACL, that decides like for any
 * other program, and the umask does not; else the umask has to leave nothing more than others get by default.
 */
export function createMode({ umask }: CallerIdentity, type: "file" | "directory"): number {
  const all = type === "file" ? 0o666 : 0o777;
  return (umask & WRITE_BY_OTHERS) === WRITE_BY_OTHERS ? all : all & ~WRITE_BY_OTHERS;
}

/**
 * Gives what is open to an owner; false where it is so already. No call is made for that: not every file system knows it.
 * @throws {NotKept} and an errno error.
 */
export async function giveTo(
  calls: FileCalls,
  handle: number,
  { uid, gid }: OwnerIds,
): Promise<boolean> {
  const now = calls.stat(handle);
  const newUid = uid === now.uid ? -1 : uid;
  const newGid = gid === now.gid ? -1 : gid;
  if (newUid === -1 && newGid === -1) return false;
  await orNotKept(calls.chown(handle, newUid, newGid));
  return true;
}

/** Sets the mode of what is open; likewise. @throws {NotKept} and an errno error. */
export async function setMode(calls: FileCalls, handle: number, mode: number): Promise<void> {
  const isSo = (calls.stat(handle).mode & MODE_BITS) === mode;
  if (!isSo) await orNotKept(calls.chmod(handle, mode));
}

/** The file system does not do what was asked of an owner or a mode. */
export class NotKept extends Error {
  override readonly name = "NotKept";
  readonly code: string;

  constructor(code: string, cause: unknown) {
    super(`${code}: the file system keeps no such owner or mode`, { cause });
    this.code = code;
  }
}

/** The fault for those who declare one. */
export function notKept({ code, cause }: NotKept, doing: string, path: string): Fault {
  return new Fault({
    reason: "PermissionDenied",
    message: `cannot ${doing} ${path}: its owner or mode cannot be changed (${code})`,
    resolution:
      "Run Holdfast as a user that may do this. Where it is root, leave mode, owner and group out if the file system keeps none (vfat, much of FUSE: its mount options give them); elsewhere look for an immutable attribute (lsattr).",
    cause,
  });
}

async function orNotKept(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const code = errnoOf(error) ?? "";
    throw NOT_KEPT.has(code) ? new NotKept(code, error) : error;
  }
}
