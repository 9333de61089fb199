import type { FileType } from "@holdfast/core";
import {
  addEntry,
  dropEntry,
  moveEntry,
  setExtendedAttribute,
  setOwnership,
  truncate,
  writeBytes,
} from "./disk.ts";
import { commitAll } from "./durability.ts";
import { errnoError } from "./errno.ts";
import { createInode, type EntryName, type Inode } from "./inode.ts";
import { everyInode, lookUpPath, placeOfPath } from "./lookup.ts";
import type { Machine } from "./machine.ts";

/** What a new thing belongs to; whatever is left out is root's or the default. */
export interface TamperAttributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * What others do to the machine: root, at once, heard by watches, and durable. Paths are absolute; links on the way
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

/** The tampering hand on a machine. */
export function createTamper(machine: Machine): Tamper {
  const { changes } = machine;

  function itself(path: string): Inode {
    const sight = lookUpPath(machine, path, { followLink: false });
    if (sight === undefined) throw errnoError("ENOENT", `tamper ${path}`);
    return sight.inode;
  }

  function place(path: string): EntryName {
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (lookUpPath(machine, parent || "/", { followLink: true }) === undefined)
      add(parent, "directory", { mode: 0o755 });
    return placeOfPath(machine, path);
  }

  function add(path: string, type: FileType, attributes: TamperAttributes, target = ""): Inode {
    const at = place(path);
    if (at.directory.entries.has(at.name)) throw errnoError("EEXIST", `tamper ${path}`);
    const { mode = 0o644, uid = 0, gid = 0 } = attributes;
    const inode = createInode(at.directory.fileSystem, { type, mode, uid, gid, target });
    addEntry(at, inode);
    commitAll(at.directory);
    changes.tell(at.directory, at.name, "create");
    return inode;
  }

  function fill(inode: Inode, content: Uint8Array | string): void {
    truncate(inode, 0);
    writeBytes(inode, Buffer.from(content), 0);
    commitAll(inode);
  }

  function setMode(inode: Inode, attributes: TamperAttributes): void {
    setOwnership(inode, attributes);
    commitAll(inode);
    changes.tellAll(inode, "attributes");
  }

  return {
    write(path, content, attributes = {}) {
      const found = lookUpPath(machine, path, { followLink: true })?.inode;
      const inode = found ?? add(path, "file", attributes);
      fill(inode, content);
      if (found !== undefined && Object.keys(attributes).length > 0) setMode(found, attributes);
      changes.tellAll(inode, "modify");
    },
    replaceByRename(path, content, attributes = {}) {
      const temporary = `${path}.tampered`;
      fill(add(temporary, "file", attributes), content);
      this.rename(temporary, path);
    },
    truncate(path, sizeBytes) {
      const inode = itself(path);
      truncate(inode, sizeBytes);
      commitAll(inode);
      changes.tellAll(inode, "modify");
    },
    remove(path) {
      if (lookUpPath(machine, path, { followLink: false }) === undefined) return;
      const at = placeOfPath(machine, path);
      const inode = itself(path);
      for (const name of [...inode.entries.keys()]) this.remove(`${path}/${name}`);
      dropEntry(at);
      commitAll(at.directory);
      changes.tell(at.directory, at.name, "delete");
    },
    rename(from, to) {
      const source = placeOfPath(machine, from);
      const target = place(to);
      moveEntry(source, target);
      commitAll(source.directory);
      commitAll(target.directory);
      changes.tell(source.directory, source.name, "moved");
      changes.tell(target.directory, target.name, "moved");
    },
    makeDirectory(path, attributes = {}) {
      add(path, "directory", { mode: 0o755, ...attributes });
    },
    symlink(path, target, attributes = {}) {
      add(path, "link", { mode: 0o777, ...attributes }, target);
    },
    link(path, target) {
      const inode = itself(target);
      const at = place(path);
      addEntry(at, inode);
      commitAll(at.directory);
      changes.tell(at.directory, at.name, "create");
    },
    makeSpecial(path, type, attributes = {}) {
      add(path, type, attributes);
    },
    chmod: (path, mode) => setMode(itself(path), { mode }),
    chown: (path, uid, gid) => setMode(itself(path), { uid, gid }),
    setExtendedAttribute(path, name, value) {
      setExtendedAttribute(itself(path), name, value);
      setMode(itself(path), {});
    },
  };
}

/** Puts everything on the disk, as `sync` does. */
export function syncEverything(machine: Machine): void {
  for (const mount of machine.mounts.all)
    for (const inode of everyInode(mount.root)) commitAll(inode);
}
