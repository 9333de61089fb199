import type { FileType } from "@holdfast/core";

const TYPE_BITS = 0o170000;
const TYPES: ReadonlyMap<number, FileType> = new Map([
  [0o010000, "fifo"],
  [0o020000, "character-device"],
  [0o040000, "directory"],
  [0o060000, "block-device"],
  [0o100000, "file"],
  [0o120000, "link"],
  [0o140000, "socket"],
]);

/** What something is, by the type bits of its mode. */
export function typeOfMode(mode: number): FileType | undefined {
  return TYPES.get(mode & TYPE_BITS);
}
