import { errnoError } from "../errno.ts";
import type { Inode } from "../disk/inode.ts";
import type { Lookup, Machine } from "../machine.ts";
import { type Credentials, demand, demandRemoval } from "../permission.ts";

/**
 * Whether a rename happens, by the kernel's rules in the kernel's order; false where it does nothing because both
 * names are of one inode.
 * @throws EXDEV, EROFS, ENOENT, EINVAL, EACCES, EPERM, ENOTDIR, EISDIR, EBUSY, ENOTEMPTY.
 */
export function demandRename(
  machine: Machine,
  caller: Credentials,
  { source, target }: { readonly source: Lookup; readonly target: Lookup },
): boolean {
  if (source.mount !== target.mount) throw errnoError("EXDEV", "rename");
  machine.demandWritable(source.mount, "rename");
  const moved = source.entry;
  const replaced = target.entry;
  if (moved === undefined) throw errnoError("ENOENT", "rename");
  if (isInside(target.directory, moved)) throw errnoError("EINVAL", "rename");
  if (replaced !== undefined && isInside(source.directory, replaced))
    throw errnoError("ENOTEMPTY", "rename");
  if (moved === replaced) return false;
  demandRemoval(source.directory, moved, caller, "rename");
  demandTarget(caller, target, moved);
  const isMovedDirectory = moved.type === "directory";
  if (isMovedDirectory && source.directory !== target.directory) demand(moved, caller, 2, "rename");
  if (machine.isCovered(moved) || (replaced !== undefined && machine.isCovered(replaced)))
    throw errnoError("EBUSY", "rename");
  if (replaced !== undefined && replaced.entries.size > 0) throw errnoError("ENOTEMPTY", "rename");
  return true;
}

function demandTarget(caller: Credentials, target: Lookup, moved: Inode): void {
  if (target.entry === undefined) {
    if (target.directory.linkCount === 0) throw errnoError("ENOENT", "rename");
    demand(target.directory, caller, 3, "rename");
    return;
  }
  demandRemoval(target.directory, target.entry, caller, "rename");
  if (moved.type === "directory" && target.entry.type !== "directory")
    throw errnoError("ENOTDIR", "rename");
  if (moved.type !== "directory" && target.entry.type === "directory")
    throw errnoError("EISDIR", "rename");
}

/** True when the directory is `ancestor` or lies in it. */
function isInside(directory: Inode, ancestor: Inode): boolean {
  let current: Inode | undefined = directory;
  while (current !== undefined) {
    if (current === ancestor) return true;
    const [entry]: Set<{ directory: Inode }> = current.names;
    current = entry?.directory;
  }
  return false;
}
