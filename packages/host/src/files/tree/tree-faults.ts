import { Fault, type TreeReadRequest } from "@holdfast/core";

/** So many directories are open at once, each in the one before. */
export const MOST_DEEP = 64;

/** A mount point is not part of the tree that it is in. */
export function mounted(path: string): Fault {
  return new Fault({
    reason: "IsMountPoint",
    message: `cannot read ${path} as part of a tree: it is a mount point`,
    resolution: "Exclude it, or unmount it.",
  });
}

/** The tree has more entries than are read. */
export function tooMany({ path, maxEntries }: TreeReadRequest): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `there are more than ${maxEntries} entries below ${path}`,
    resolution: "Exclude what is not needed, or declare smaller directories.",
  });
}

/** Its files have more bytes together than are read. */
export function tooLong({ path, maxBytes }: TreeReadRequest): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `the files below ${path} have more than ${maxBytes} bytes together`,
    resolution: "Exclude what is not needed, or declare smaller directories.",
  });
}

/** A directory is deeper in it than is walked. */
export function tooDeep(path: string): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} is more than ${MOST_DEEP} directories deep in its tree`,
    resolution: "Exclude it, or declare a directory that is nearer to it.",
  });
}
