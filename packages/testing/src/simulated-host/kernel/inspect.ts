import type { FileStat } from "@holdfast/host";
import { type Inode, statOf } from "./disk/inode.ts";
import { lookupPath } from "./lookup.ts";
import type { Machine } from "./machine.ts";
import { shownContent } from "./shown-content.ts";

/** Reads the simulated disk unnoticed; links on the way are followed, one at the end is not. */
export interface Inspection {
  stat(path: string): FileStat | undefined;
  /** Content of a regular file. */
  bytes(path: string): Uint8Array | undefined;
  /** The same as UTF-8 text. */
  text(path: string): string | undefined;
  linkTarget(path: string): string | undefined;
  extendedAttribute(path: string, name: string): Uint8Array | undefined;
  /** When it was modified last, nanoseconds since 1970. */
  modifiedNs(path: string): bigint | undefined;
  /** Sorted names; `undefined` where there is no directory. */
  list(path: string): readonly string[] | undefined;
  /** Every path with what is there, one line each, for comparing whole disks. */
  tree(path?: string): readonly string[];
}

/** The looking glass on a machine. */
export function createInspection(machine: Machine): Inspection {
  const find = (path: string): Inode | undefined =>
    lookupPath(machine, path, { followLink: false })?.inode;
  const bytes = (path: string): Uint8Array | undefined => {
    const inode = find(path);
    return inode?.type === "file" ? inode.bytes.slice() : undefined;
  };
  return {
    stat(path) {
      const inode = find(path);
      return inode === undefined ? undefined : statOf(inode);
    },
    bytes,
    text(path) {
      const content = bytes(path);
      return content === undefined ? undefined : new TextDecoder().decode(content);
    },
    linkTarget: (path) => {
      const inode = find(path);
      return inode?.type === "link" ? inode.target : undefined;
    },
    extendedAttribute: (path, name) => find(path)?.attributes.get(name),
    modifiedNs: (path) => find(path)?.modifiedNs,
    list(path) {
      const inode = find(path);
      return inode?.type === "directory" ? [...inode.entries.keys()].sort() : undefined;
    },
    tree: (path = "/") => [...describeTree(find(path), path === "/" ? "" : path)],
  };
}

function* describeTree(inode: Inode | undefined, path: string): Generator<string> {
  if (inode === undefined) return;
  const mode = inode.mode.toString(8).padStart(4, "0");
  const content =
    inode.type === "link"
      ? ` -> ${inode.target}`
      : inode.type === "file"
        ? ` ${shownContent(inode.bytes)}`
        : "";
  yield `${path || "/"} ${inode.type} ${mode} ${inode.uid}:${inode.gid}${content}`;
  for (const name of [...inode.entries.keys()].sort())
    yield* describeTree(inode.entries.get(name), `${path}/${name}`);
}
