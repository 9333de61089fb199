import { mountAt, type Mounted, type MountState } from "@holdfast/core";
import { isPath, type MountSpec } from "./spec.ts";

/** Names that a type has in the kernel and nowhere else. */
const KERNEL_NAMES: Readonly<Record<string, readonly string[]>> = {
  nfs: ["nfs4"],
  cifs: ["smb3"],
  ntfs: ["fuseblk", "ntfs3"],
  "ntfs-3g": ["fuseblk"],
  exfat: ["fuseblk"],
  msdos: ["vfat"],
};
/** A source that says what is mounted; any other word is a mere name. */
const MEANINGFUL = /^\/|^[A-Z]+=|:\//;

/** Whether a mount is of the type that is declared. */
export function isOfType(declared: string | undefined, type: string): boolean {
  if (declared === undefined || declared === "auto" || declared === "none") return true;
  return declared
    .split(",")
    .some((name) => name === type || KERNEL_NAMES[name]?.includes(type) === true);
}

/**
 * Whether a mount shows what the spec names. A bind mount is known by the file system and the directory in it, as the kernel
 * tells them of both; a device by what its names stand for; an image by the file behind its loop device.
 */
export function isShown(
  { source, isBind }: Pick<MountSpec, "source" | "isBind">,
  top: Mounted,
  state: MountState,
): boolean {
  if (isBind) return isSamePlace(source, top, state);
  if (!MEANINGFUL.test(source)) return true;
  if (isPath(source)) return top.backingFile === source || top.source === source;
  const deviceOf = (name: string): string => state.devices.get(name) ?? name;
  return withoutSlash(deviceOf(top.source)) === withoutSlash(deviceOf(source));
}

function isSamePlace(source: string, top: Mounted, { mounts }: MountState): boolean {
  // The mount that is judged is itself not on the way to what it shows.
  const holder = mountAt(
    mounts.filter(({ id }) => id !== top.id),
    source,
  );
  if (holder === undefined || holder.device !== top.device) return false;
  const below = holder.mountPoint === "/" ? source : source.slice(holder.mountPoint.length);
  return top.root === joined(holder.root, below);
}

function joined(root: string, below: string): string {
  const path = root === "/" ? below : `${root}${below === "/" ? "" : below}`;
  return path === "" ? "/" : path;
}

function withoutSlash(source: string): string {
  return source.length > 1 ? source.replace(/\/$/, "") : source;
}
