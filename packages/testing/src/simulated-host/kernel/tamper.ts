import type { FileType } from "@holdfast/core";
import {
  addEntry,
  dropExtendedAttribute,
  dropEntry,
  moveEntry,
  setExtendedAttribute,
  setOwnership,
  truncate,
  writeBytes,
} from "./disk/operations.ts";
import { commitAll } from "./disk/durability.ts";
import { errnoError } from "./errno.ts";
import { createInode, type EntryName, type Inode } from "./disk/inode.ts";
import { everyInode, lookupPath, placeOfPath } from "./lookup.ts";
import type { Machine } from "./machine.ts";

/** What a new thing belongs to; whatever is left out is root's or the default. */
export interface TamperAttributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Changes by others to the machine: root, at once, noticed by watches, and durable. Paths are absolute; links on the way
 * are followed. Missing directories on the way are made.
 */
export interface Tamper {
  /** Writes in place as an editor that truncates does; makes the file where it is missing. */
  write(path: string, content: Uint8Array | string, attributes?: TamperAttributes): void;
  /** Writes a new file and renames it over the path. */
  replaceByRename(path: string, content: Uint8Array | string, attributes?: TamperAttributes): void;
  /** Cuts a file, or grows it by a hole. */
  truncate(path: string, sizeBytes: number): void;
  /** Removes whatever is there, a tree too; nothing there is fine. */
  remove(path: string): void;
  rename(from: string, to: string): void;
  makeDirectory(path: string, attributes?: TamperAttributes): void;
  symlink(path: string, target: string, attributes?: TamperAttributes): void;
  /** A further hard link to `target` at `path`. */
  link(path: string, target: string): void;
  makeSpecial(
    path: string,
    type: "fifo" | "socket" | "block-device" | "character-device",
    attributes?: TamperAttributes,
  ): void;
  /** Of the thing itself, a link too. */
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  setExtendedAttribute(path: string, name: string, value: Uint8Array): void;
}

/** The tampering actor on a machine. */
export function createTamper(machine: Machine): Tamper {
  return {
    write: (path, content, attributes = {}) => write(machine, path, content, attributes),
    replaceByRename(path, content, attributes = {}) {
      const temporary = `${path}.tampered`;
      fill(add(machine, { path: temporary, type: "file" }, attributes), content);
      rename(machine, temporary, path);
    },
    truncate(path, sizeBytes) {
      const inode = itself(machine, path);
      truncate(inode, sizeBytes);
      commitAll(inode);
      machine.changes.tellAll(inode, "modify");
    },
    remove: (path) => remove(machine, path),
    rename: (from, to) => rename(machine, from, to),
    makeDirectory(path, attributes = {}) {
      add(machine, { path, type: "directory" }, { mode: 0o755, ...attributes });
    },
    symlink(path, target, attributes = {}) {
      add(machine, { path, type: "link", target }, { mode: 0o777, ...attributes });
    },
    link: (path, target) => link(machine, path, target),
    makeSpecial(path, type, attributes = {}) {
      add(machine, { path, type }, attributes);
    },
    chmod: (path, mode) => own(machine, itself(machine, path), { mode }),
    chown(path, uid, gid) {
      dropExtendedAttribute(itself(machine, path), "security.capability");
      own(machine, itself(machine, path), { uid, gid });
    },
    setExtendedAttribute(path, name, value) {
      setExtendedAttribute(itself(machine, path), name, value);
      own(machine, itself(machine, path), {});
    },
  };
}

/** Puts everything on the disk, as `sync` does. */
export function syncEverything(machine: Machine): void {
  for (const mount of machine.mounts.all) {
    for (const inode of everyInode(mount.root)) commitAll(inode);
  }
}

function itself(machine: Machine, path: string): Inode {
  const sight = lookupPath(machine, path, { followLink: false });
  if (sight === undefined) throw errnoError("ENOENT", `tamper ${path}`);
  return sight.inode;
}

/** Where the path ends; its directory is made when it is missing. */
function place(machine: Machine, path: string): EntryName {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (lookupPath(machine, parent || "/", { followLink: true }) === undefined)
    add(machine, { path: parent, type: "directory" }, { mode: 0o755 });
  return placeOfPath(machine, path);
}

function add(
  machine: Machine,
  { path, type, target = "" }: { path: string; type: FileType; target?: string },
  { mode = 0o644, uid = 0, gid = 0 }: TamperAttributes,
): Inode {
  const at = place(machine, path);
  if (at.directory.entries.has(at.name)) throw errnoError("EEXIST", `tamper ${path}`);
  const inode = createInode(at.directory.fileSystem, { type, mode, uid, gid, target });
  addEntry(at, inode);
  commitAll(at.directory);
  machine.changes.tell(at.directory, at.name, "create");
  return inode;
}

function fill(inode: Inode, content: Uint8Array | string): void {
  truncate(inode, 0);
  writeBytes(inode, Buffer.from(content), 0);
  commitAll(inode);
}

function write(
  machine: Machine,
  path: string,
  content: Uint8Array | string,
  attributes: TamperAttributes,
): void {
  const found = lookupPath(machine, path, { followLink: true })?.inode;
  const inode = found ?? add(machine, { path, type: "file" }, attributes);
  fill(inode, content);
  if (found !== undefined && Object.keys(attributes).length > 0) own(machine, found, attributes);
  machine.changes.tellAll(inode, "modify");
}

function own(machine: Machine, inode: Inode, attributes: TamperAttributes): void {
  setOwnership(inode, attributes);
  commitAll(inode);
  machine.changes.tellAll(inode, "attributes");
}

function rename(machine: Machine, from: string, to: string): void {
  const source = placeOfPath(machine, from);
  const target = place(machine, to);
  moveEntry(source, target);
  commitAll(source.directory);
  commitAll(target.directory);
  machine.changes.tell(source.directory, source.name, "moved");
  machine.changes.tell(target.directory, target.name, "moved");
}

function link(machine: Machine, path: string, target: string): void {
  const inode = itself(machine, target);
  const at = place(machine, path);
  addEntry(at, inode);
  commitAll(at.directory);
  machine.changes.tell(at.directory, at.name, "create");
}

function remove(machine: Machine, path: string): void {
  const inode = lookupPath(machine, path, { followLink: false })?.inode;
  if (inode === undefined) return;
  for (const name of Array.from(inode.entries.keys())) remove(machine, `${path}/${name}`);
  const at = placeOfPath(machine, path);
  dropEntry(at);
  commitAll(at.directory);
  machine.changes.tell(at.directory, at.name, "delete");
}
