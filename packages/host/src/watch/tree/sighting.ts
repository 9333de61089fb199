import type { Stats } from "node:fs";

/** The part of an lstat that shows the kind of a change. */
export interface Sighting {
  readonly inode: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly attributesChangedMs: number;
}

/** Keeps what matters of an lstat. */
export function sightingOf(entry: Stats): Sighting {
  return {
    inode: entry.ino,
    sizeBytes: entry.size,
    modifiedMs: entry.mtimeMs,
    attributesChangedMs: entry.ctimeMs,
  };
}

/** The word for the change between two sightings. Two equal sightings are `changed` too: clocks of inodes are coarse. */
export function wordFor(before: Sighting | undefined, after: Sighting | undefined): string {
  if (before === undefined) return after === undefined ? "changed" : "created";
  if (after === undefined) return "removed";
  if (before.inode !== after.inode) return "renamed";
  if (before.modifiedMs !== after.modifiedMs || before.sizeBytes !== after.sizeBytes) {
    return "changed";
  }
  return before.attributesChangedMs === after.attributesChangedMs ? "changed" : "attributes";
}
