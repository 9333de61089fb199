import type { Random } from "@holdfast/core";
import { survivor } from "./durability.ts";
import { createFileSystem } from "./file-system.ts";
import {
  createInode,
  type DurableImage,
  type Fate,
  type Inode,
  type SimulatedFileSystem,
} from "./inode.ts";

/**
 * The disk as it comes up after the machine lost power: what was synced, and with `random` any part of what was not.
 * Files that have no name any more are gone.
 */
export function diskAfterCrash(
  disk: SimulatedFileSystem,
  random: Random | undefined,
): SimulatedFileSystem {
  const { device, type, capacityBytes } = disk;
  const fresh = createFileSystem({ device, type, capacityBytes });
  const made = new Map<Inode, Inode>([[disk.root, fresh.root]]);
  const fates = new Map<Fate, boolean>();
  restore(disk.root, fresh.root);
  return fresh;

  function restore(old: Inode, inode: Inode): void {
    const image = survivor(old, fates, random);
    Object.assign(inode, pick(image));
    for (const [name, value] of image.attributes) inode.attributes.set(name, value);
    Object.assign(inode.durable, pick(image), { attributes: new Map(image.attributes) });
    fresh.usedBytes += image.bytes.length;
    for (const [name, entry] of image.entries) {
      const child = survived(entry);
      inode.entries.set(name, child);
      inode.durable.entries.set(name, child);
      child.names.add({ directory: inode, name });
      child.linkCount += child.type === "directory" ? 2 : 1;
      if (child.type === "directory") inode.linkCount += 1;
    }
  }

  function survived(old: Inode): Inode {
    const known = made.get(old);
    if (known !== undefined) return known;
    const { type: fileType, mode, uid, gid, target } = old;
    const inode = createInode(fresh, { type: fileType, mode, uid, gid, target });
    made.set(old, inode);
    restore(old, inode);
    return inode;
  }
}

function pick({
  mode,
  uid,
  gid,
  bytes,
  sizeBytes,
  modifiedNs,
}: DurableImage): Omit<DurableImage, "entries" | "attributes"> {
  return { mode, uid, gid, bytes: bytes.slice(), sizeBytes, modifiedNs };
}
