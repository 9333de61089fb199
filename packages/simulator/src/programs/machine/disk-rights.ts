import type { FileStat } from "@holdfast/host";
import { isLink, may, parentOf, type Walker } from "./disk-walk.ts";
import { DiskError } from "./errno.ts";

/** 0666 less the umask, which is 022. */
export const NEW_FILE_MODE = 0o644;

/** The group of what is made at this place: that of a set-gid directory, else the maker's. */
export function groupIn({ kernel, gid }: Walker, place: string): number {
  const parent = kernel.inspect.stat(parentOf(place));
  return parent !== undefined && (parent.mode & 0o2000) !== 0 ? parent.gid : gid;
}

/** @throws {DiskError} EACCES. Bits as in a mode: 4 read, 2 write, 1 search. */
export function demandAccess(walker: Walker, stat: FileStat, access: number): void {
  if (!may(walker, stat, access)) throw new DiskError("EACCES");
}

/** @throws {DiskError} EROFS. */
export function demandWritable({ kernel }: Walker, place: string): void {
  // A link that leads nowhere has no file system of its own.
  const seat = isLink(kernel.inspect.stat(place)) ? parentOf(place) : place;
  if (kernel.fileSystemAt(seat).isReadOnly) throw new DiskError("EROFS");
}

/** The right to make, replace or take away an entry. @throws {DiskError} ENOENT, EROFS, EACCES, EPERM. */
export function demandEntryRights(walker: Walker, place: string): void {
  const { kernel, uid } = walker;
  const parent = kernel.inspect.stat(parentOf(place));
  if (parent === undefined) throw new DiskError("ENOENT");
  demandWritable(walker, parentOf(place));
  demandAccess(walker, parent, 3);
  const owner = kernel.inspect.stat(place)?.uid ?? uid;
  const isSticky = (parent.mode & 0o1000) !== 0 && uid !== 0;
  if (isSticky && owner !== uid && parent.uid !== uid) throw new DiskError("EPERM");
}
