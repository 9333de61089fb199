import { record } from "./durability.ts";
import type { DurableImage, EntryName, Fate, Inode } from "./inode.ts";

/** Makes an entry; O(1). Whatever was there must be gone. */
export function addEntry({ directory, name }: EntryName, inode: Inode, fate?: Fate): void {
  attach(directory, name, inode);
  record(directory, "entries", (image) => image.entries.set(name, inode), fated(fate));
}

/** Takes an entry away, and frees the inode when that was its last name and nobody has it open. */
export function dropEntry({ directory, name }: EntryName, fate?: Fate): void {
  detach(directory, name);
  record(directory, "entries", (image) => image.entries.delete(name), fated(fate));
}

/** `rename`: within one directory one change of it, between two a change of each with one fate. */
export function moveEntry(from: EntryName, to: EntryName): void {
  const inode = from.directory.entries.get(from.name);
  if (inode === undefined) throw new Error(`assertion failed: no entry ${from.name}`);
  if (from.directory !== to.directory) {
    const fate = { isDurable: false };
    if (to.directory.entries.has(to.name)) detach(to.directory, to.name);
    addEntry(to, inode, fate);
    dropEntry(from, fate);
    return;
  }
  // Its new name comes first: without any name its space would be given back.
  if (to.directory.entries.has(to.name)) detach(to.directory, to.name);
  attach(to.directory, to.name, inode);
  detach(from.directory, from.name);
  record(to.directory, "entries", (image) => {
    image.entries.delete(from.name);
    image.entries.set(to.name, inode);
  });
}

/** Writes into a regular file at a position, growing it; accounts for the space. */
export function writeBytes(inode: Inode, bytes: Uint8Array, position: number): void {
  const before = inode.sizeBytes;
  putBytes(inode, bytes, position);
  inode.fileSystem.usedBytes += inode.sizeBytes - before;
  const modifiedNs = touch(inode);
  const redo = (image: DurableImage, kept: number): void => {
    putBytes(image, bytes.subarray(0, kept), position);
    image.modifiedNs = modifiedNs;
  };
  record(inode, "data", redo, { sizeBytes: bytes.length });
}

/** Cuts a regular file, or grows it by a hole that takes no space. */
export function truncate(inode: Inode, sizeBytes: number): void {
  const modifiedNs = touch(inode);
  const cut = (image: Pick<DurableImage, "bytes" | "sizeBytes" | "modifiedNs">): void => {
    image.bytes = image.bytes.slice(0, sizeBytes);
    image.sizeBytes = sizeBytes;
    image.modifiedNs = modifiedNs;
  };
  inode.fileSystem.usedBytes -= Math.max(0, inode.bytes.length - sizeBytes);
  cut(inode);
  record(inode, "data", cut);
}

/** Sets when it was modified last. */
export function setModified(inode: Inode, modifiedNs: bigint): void {
  inode.modifiedNs = modifiedNs;
  record(inode, "attributes", (image) => {
    image.modifiedNs = modifiedNs;
  });
}

/** Changes owner, group or mode. */
export function setOwnership(
  inode: Inode,
  ownership: { readonly uid?: number; readonly gid?: number; readonly mode?: number },
): void {
  Object.assign(inode, ownership);
  record(inode, "attributes", (image) => {
    Object.assign(image, ownership);
  });
}

/** Sets one extended attribute. */
export function setExtendedAttribute(inode: Inode, name: string, value: Uint8Array): void {
  inode.attributes.set(name, value);
  record(inode, "attributes", (image) => image.attributes.set(name, value));
}

/** Takes one away. */
export function dropExtendedAttribute(inode: Inode, name: string): void {
  if (!inode.attributes.delete(name)) return;
  record(inode, "attributes", (image) => image.attributes.delete(name));
}

function touch(inode: Inode): bigint {
  inode.fileSystem.lastModifiedNs += 1n;
  inode.modifiedNs = inode.fileSystem.lastModifiedNs;
  return inode.modifiedNs;
}

/** Gives the space of a file back once it has no name and no open handle. */
export function releaseIfUnused(inode: Inode): void {
  if (inode.linkCount > 0 || inode.openCount > 0 || inode.type !== "file") return;
  inode.fileSystem.usedBytes -= inode.bytes.length;
  inode.bytes = new Uint8Array(0);
  inode.sizeBytes = 0;
}

function fated(fate: Fate | undefined): { fate?: Fate } {
  return fate === undefined ? {} : { fate };
}

function attach(directory: Inode, name: string, inode: Inode): void {
  directory.entries.set(name, inode);
  inode.names.add({ directory, name });
  inode.linkCount += inode.type === "directory" ? 2 : 1;
  if (inode.type === "directory") directory.linkCount += 1;
}

function detach(directory: Inode, name: string): void {
  const inode = directory.entries.get(name);
  if (inode === undefined) throw new Error(`assertion failed: no entry ${name}`);
  directory.entries.delete(name);
  for (const entry of inode.names) {
    if (entry.directory === directory && entry.name === name) inode.names.delete(entry);
  }
  inode.linkCount -= inode.type === "directory" ? 2 : 1;
  if (inode.type === "directory") directory.linkCount -= 1;
  releaseIfUnused(inode);
}

function putBytes(
  image: Pick<DurableImage, "bytes" | "sizeBytes">,
  bytes: Uint8Array,
  position: number,
): void {
  const end = position + bytes.length;
  if (end > image.bytes.length) {
    const grown = new Uint8Array(end);
    grown.set(image.bytes);
    image.bytes = grown;
  }
  image.bytes.set(bytes, position);
  image.sizeBytes = Math.max(image.sizeBytes, end);
}
