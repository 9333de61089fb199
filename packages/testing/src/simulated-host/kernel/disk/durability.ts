import type { Random } from "@holdfast/core";
import type { Aspect, DurableImage, Fate, Inode, PendingChange } from "./inode.ts";

/** Records a change that has just been made in memory. */
export function record(
  inode: Inode,
  aspect: Aspect,
  redo: PendingChange["redo"],
  { fate = { isDurable: false }, sizeBytes = 0 }: { fate?: Fate; sizeBytes?: number } = {},
): void {
  inode.pending.push({ aspect, fate, redo, sizeBytes });
}

/** Puts the changes of the named aspects on the disk. */
export function commit(inode: Inode, aspects: readonly Aspect[]): void {
  const rest: PendingChange[] = [];
  for (const change of inode.pending) {
    if (!aspects.includes(change.aspect)) {
      rest.push(change);
      continue;
    }
    change.redo(inode.durable, change.sizeBytes);
    change.fate.isDurable = true;
  }
  inode.pending.splice(0, inode.pending.length, ...rest);
}

/** `fsync`. */
export function commitAll(inode: Inode): void {
  commit(inode, ["data", "attributes", "entries"]);
}

/**
 * What is on the disk of an inode after a crash. Without `random` nothing that was not synced survives; with it any
 * part of it may: each change is kept or lost by chance, and of a write perhaps only the beginning.
 */
export function survivor(
  inode: Inode,
  fates: Map<Fate, boolean>,
  random: Random | undefined,
): DurableImage {
  const image = copyImage(inode.durable);
  for (const change of inode.pending) {
    if (!isKept(change.fate, fates, random)) continue;
    const isTorn = change.sizeBytes > 0 && random !== undefined && random.next() < 0.25;
    change.redo(image, isTorn ? Math.floor(change.sizeBytes * random.next()) : change.sizeBytes);
  }
  return image;
}

function isKept(fate: Fate, fates: Map<Fate, boolean>, random: Random | undefined): boolean {
  if (fate.isDurable) return true;
  if (random === undefined) return false;
  const known = fates.get(fate);
  if (known !== undefined) return known;
  const isLucky = random.next() < 0.5;
  fates.set(fate, isLucky);
  return isLucky;
}

function copyImage(image: DurableImage): DurableImage {
  return {
    ...image,
    bytes: image.bytes.slice(),
    entries: new Map(image.entries),
    attributes: new Map(image.attributes),
  };
}
