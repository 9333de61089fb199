import { assert, type FileEntry, type FileType } from "@holdfast/core";
import type { FileStat } from "./calls.ts";

const TYPE_BITS = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const LINK = 0o120000;

const TYPES: ReadonlyMap<number, FileType> = new Map([
  [REGULAR, "file"],
  [DIRECTORY, "directory"],
  [LINK, "link"],
  [0o010000, "fifo"],
  [0o140000, "socket"],
  [0o060000, "block-device"],
  [0o020000, "character-device"],
]);

/** Every type, each once. */
export const FILE_TYPES: readonly FileType[] = [...TYPES.values()];

/** What core wants to know of a stat. */
export function fileEntry(stat: FileStat): FileEntry {
  return {
    type: fileType(stat),
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    sizeBytes: stat.size,
    device: stat.dev,
    inode: stat.ino,
    linkCount: stat.nlink,
  };
}

/** The type in the stat's mode. */
export function fileType(stat: FileStat): FileType {
  const type = TYPES.get(stat.mode & TYPE_BITS);
  assert(type !== undefined, `no file type in mode ${stat.mode.toString(8)}`);
  return type;
}

/** True for a regular file. */
export function isRegular(stat: FileStat): boolean {
  return (stat.mode & TYPE_BITS) === REGULAR;
}

/** True for a directory. */
export function isDirectory(stat: FileStat): boolean {
  return (stat.mode & TYPE_BITS) === DIRECTORY;
}

/** True for a symbolic link. */
export function isLink(stat: FileStat): boolean {
  return (stat.mode & TYPE_BITS) === LINK;
}

/** True when both are of one inode. */
export function isSameInode(a: FileStat, b: FileStat): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

/** A type in words, with its article, for messages. */
export function describeType(stat: FileStat): string {
  const type = fileType(stat);
  if (type === "file") return "a regular file";
  if (type === "link") return "a symbolic link";
  return `a ${type.replace("-", " ")}`;
}
