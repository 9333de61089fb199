import { FailedEntries, Fault, throwIfAborted } from "@holdfast/core";
import type { CallerIdentity, FileCalls, FileStat } from "../calls.ts";
import { errnoFault, errnoOf } from "../errno-fault.ts";
import { isDirectory } from "../file-entry.ts";
import type { WritePlace } from "./with-place.ts";

/** So many directories are open at once, each in the one before: what is deeper is first moved up. */
const MOST_OPEN = 64;
/** So many names of a directory are known at once, besides those that stay. */
const LISTED_AT_ONCE = 10_000;
/** After so many that stay in one directory the others are left too. */
const MOST_STUCK = 100_000;
/** What its owner needs to empty a directory. */
const OPEN_MODE = 0o700;

/** A tree that is being emptied. */
interface Tree {
  readonly calls: FileCalls;
  readonly identity: CallerIdentity;
  readonly top: number;
  readonly device: number;
  readonly failed: FailedEntries;
  readonly signal: AbortSignal;
  /** How many directories were moved up. */
  moved: number;
}

/** A directory of the tree that is open. */
interface Opened {
  readonly handle: number;
  readonly path: string;
  /** How many others are open around it. */
  readonly depth: number;
}

/**
 * Removes everything in the directory at a place, from the leaves, by open directories, following no link. What cannot be
 * removed keeps nothing else from it.
 * @returns the fault of what is left, with the first few names and how many there are; `undefined` where nothing is.
 * @throws {Fault} Aborted; an errno error, where nothing at all can be removed.
 */
export async function emptyTree(
  { calls, identity }: { readonly calls: FileCalls; readonly identity: CallerIdentity },
  { directory, name, path }: WritePlace,
  device: number,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const top = calls.openDirectory(directory.handle, name);
  try {
    const stat = calls.stat(top);
    if (stat.dev !== device) throw otherFileSystem(path);
    const failed = new FailedEntries();
    const tree = { calls, identity, top, device, failed, signal, moved: 0 };
    await openToOwner(tree, top, stat);
    await empty(tree, { handle: top, path, depth: 1 });
    return failed.fault(`remove ${path}`);
  } finally {
    calls.close(top);
  }
}

/** Listed again until there is nothing that was not tried: the top also for what was moved up to it. */
async function empty(tree: Tree, directory: Opened): Promise<void> {
  const stuck = new Set<string>();
  while (stuck.size < MOST_STUCK) {
    const most = LISTED_AT_ONCE + stuck.size;
    const names = await tree.calls.list(directory.handle, most);
    const untried = names.filter((name) => !stuck.has(name));
    for (const name of untried) {
      throwIfAborted(tree.signal);
      if (!(await isRemoved(tree, directory, name))) stuck.add(name);
    }
    const isAll = names.length < most && directory.depth > 1;
    if (isAll || untried.length === 0) return;
  }
}

/** False for what is still there, and for what somebody else has removed: its name is not to be asked for again. */
async function isRemoved(tree: Tree, parent: Opened, name: string): Promise<boolean> {
  const { calls, failed } = tree;
  const path = `${parent.path}/${name}`;
  try {
    const stat = calls.lookup(parent.handle, name);
    if (stat === undefined) return false;
    if (!isDirectory(stat)) await unlessGone(calls.unlink(parent.handle, name));
    else if (parent.depth === MOST_OPEN) await moveUp(tree, parent, name);
    else {
      const before = failed.count;
      await emptyChild(tree, parent, { name, path });
      // What is left in it has its own fault.
      if (failed.count > before) return false;
      await unlessGone(calls.removeDirectory(parent.handle, name));
    }
    return true;
  } catch (error) {
    throwIfAborted(tree.signal);
    failed.add(path, errnoFault(error, "remove", path));
    return false;
  }
}

async function emptyChild(
  tree: Tree,
  parent: Opened,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  const { calls } = tree;
  const handle = calls.openDirectory(parent.handle, name);
  try {
    const stat = calls.stat(handle);
    if (stat.dev !== tree.device) throw otherFileSystem(path);
    await openToOwner(tree, handle, stat);
    await empty(tree, { handle, path, depth: parent.depth + 1 });
  } finally {
    calls.close(handle);
  }
}

/** A directory of our own that is closed to us, as to anybody but root, is opened: it is to go anyway. */
async function openToOwner(
  { calls, identity }: Tree,
  handle: number,
  stat: FileStat,
): Promise<void> {
  if (identity.uid === 0 || stat.uid !== identity.uid) return;
  if ((stat.mode & OPEN_MODE) !== OPEN_MODE) await calls.chmod(handle, OPEN_MODE);
}

/** It stays in the tree, whose top is listed again. */
async function moveUp(tree: Tree, parent: Opened, name: string): Promise<void> {
  const { calls, top } = tree;
  while (calls.lookup(top, movedName(tree.moved)) !== undefined) tree.moved += 1;
  await calls.rename(
    { directory: parent.handle, name },
    { directory: top, name: movedName(tree.moved) },
  );
}

function movedName(number: number): string {
  return `.holdfast-moved-${number}`;
}

/** Somebody else was faster; that is what was wanted. */
export async function unlessGone(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function otherFileSystem(path: string): Fault {
  return new Fault({
    reason: "IsMountPoint",
    message: `cannot remove ${path}: it is on another file system`,
    resolution: "Unmount it first.",
  });
}
