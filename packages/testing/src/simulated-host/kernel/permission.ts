import { errnoError } from "./errno.ts";
import type { Inode } from "./disk/inode.ts";

/** Who makes a call. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. Default none. */
  readonly groups?: readonly number[];
  /** Default 0022. */
  readonly umask?: number;
}

/** Bits as in a mode: 4 read, 2 write, 1 search. */
export type Access = 1 | 2 | 3 | 4 | 6;

/** True when the mode of the inode lets the caller; root passes everywhere. */
export function may(inode: Inode, caller: Credentials, access: Access): boolean {
  if (caller.uid === 0) return true;
  const shift = caller.uid === inode.uid ? 6 : isMember(caller, inode.gid) ? 3 : 0;
  return ((inode.mode >> shift) & access) === access;
}

/** @throws EACCES. */
export function demand(inode: Inode, caller: Credentials, access: Access, call: string): void {
  if (!may(inode, caller, access)) throw errnoError("EACCES", call);
}

/** True for the caller's own group and the supplementary ones. */
export function isMember(caller: Credentials, gid: number): boolean {
  return caller.gid === gid || (caller.groups ?? []).includes(gid);
}

/**
 * Whether an entry may be taken out of a directory: write and search there, and in a sticky one only by the owner of
 * the entry or of the directory.
 * @throws EACCES, EPERM.
 */
export function demandRemoval(
  directory: Inode,
  entry: Inode,
  caller: Credentials,
  call: string,
): void {
  demand(directory, caller, 3, call);
  const isSticky = (directory.mode & 0o1000) !== 0;
  if (isSticky && caller.uid !== 0 && caller.uid !== entry.uid && caller.uid !== directory.uid)
    throw errnoError("EPERM", call);
}

/** What is left of a mode after the owner was changed: set-uid goes, set-gid where the group may execute. */
export function modeAfterChown(inode: Inode, caller: Credentials): number {
  if (inode.type === "directory") return inode.mode;
  const isGroupExecutable = (inode.mode & 0o010) !== 0;
  const losesGroup = isGroupExecutable || (caller.uid !== 0 && !isMember(caller, inode.gid));
  return inode.mode & ~0o4000 & (losesGroup ? ~0o2000 : ~0);
}
