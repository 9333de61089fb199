import { Fault, throwIfAborted } from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { errnoFault, errnoOf } from "../errno-fault.ts";
import { isDirectory } from "../file-entry.ts";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

/** What to remove. */
export interface RemoveRequest {
  readonly path: string;
  readonly recursive?: boolean;
}

/**
 * Removes a file, a link or a directory, durably; nothing there is fine. A tree is removed from its leaves, by open
 * directories, following no link; one with a mount in it is refused before anything is removed.
 * @throws {Fault} DirectoryNotEmpty without `recursive`, IsMountPoint.
 */
export async function remove(
  tools: WriteTools,
  request: RemoveRequest,
  signal: AbortSignal,
): Promise<void> {
  try {
    await withPlace(
      tools,
      {
        path: request.path,
        followLink: false,
        doing: "remove",
        call: { type: "remove", request },
      },
      (place) => removeAt(tools, request, place, signal),
      signal,
    );
  } catch (error) {
    // Without its directory it is not there either.
    if (!(error instanceof Fault) || error.reason !== "NotFound") throw error;
  }
}

async function removeAt(
  tools: WriteTools,
  request: RemoveRequest,
  place: WritePlace,
  signal: AbortSignal,
): Promise<void> {
  const { directory, name, stat } = place;
  if (stat === undefined) return;
  if (!isDirectory(stat)) {
    await unlessGone(tools.calls.unlink(directory.handle, name));
  } else {
    refuseMounts(tools, place);
    tools.passes.supersede();
    if (request.recursive === true) await emptyTree(tools.calls, place, stat.dev, signal);
    await unlessGone(tools.calls.removeDirectory(directory.handle, name));
  }
  await tools.directorySyncs.sync(directory);
}

/** So many directories are open at once, each in the one before: what is deeper is first moved up. */
const MOST_OPEN = 64;
/** So many names of a directory are known at once. */
const LISTED_AT_ONCE = 10_000;

/** A tree that is being emptied. */
interface Tree {
  readonly calls: FileCalls;
  readonly top: number;
  readonly device: number;
  readonly signal: AbortSignal;
  /** How much was removed or moved. */
  done: number;
}

/** A directory of the tree that is open. */
interface Opened {
  readonly handle: number;
  readonly path: string;
  /** How many others are open around it. */
  readonly depth: number;
}

async function emptyTree(
  calls: FileCalls,
  { directory, name, path }: WritePlace,
  device: number,
  signal: AbortSignal,
): Promise<void> {
  const top = calls.openDirectory(directory.handle, name);
  try {
    if (calls.stat(top).dev !== device) throw otherFileSystem(path);
    await empty({ calls, top, device, signal, done: 0 }, { handle: top, path, depth: 1 });
  } finally {
    calls.close(top);
  }
}

/** The top is listed again for what was moved up to it, until nothing of what is listed can be found. */
async function empty(tree: Tree, directory: Opened): Promise<void> {
  for (;;) {
    const before = tree.done;
    const names = await tree.calls.list(directory.handle, LISTED_AT_ONCE);
    for (const name of names) {
      throwIfAborted(tree.signal);
      await removeChild(tree, directory, name);
    }
    const isAll = names.length < LISTED_AT_ONCE && directory.depth > 1;
    if (isAll || tree.done === before) return;
  }
}

async function removeChild(tree: Tree, parent: Opened, name: string): Promise<void> {
  const { calls } = tree;
  const path = `${parent.path}/${name}`;
  try {
    const stat: FileStat | undefined = calls.lookup(parent.handle, name);
    if (stat === undefined) return;
    tree.done += 1;
    if (!isDirectory(stat)) await unlessGone(calls.unlink(parent.handle, name));
    else if (parent.depth === MOST_OPEN) await moveUp(tree, parent, name);
    else {
      await emptyChild(tree, parent, { name, path });
      await unlessGone(calls.removeDirectory(parent.handle, name));
    }
  } catch (error) {
    throw errnoFault(error, "remove", path);
  }
}

async function emptyChild(
  tree: Tree,
  parent: Opened,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  const handle = tree.calls.openDirectory(parent.handle, name);
  try {
    if (tree.calls.stat(handle).dev !== tree.device) throw otherFileSystem(path);
    await empty(tree, { handle, path, depth: parent.depth + 1 });
  } finally {
    tree.calls.close(handle);
  }
}

/** It stays in the tree, whose top is listed again. */
async function moveUp({ calls, top, done }: Tree, parent: Opened, name: string): Promise<void> {
  let number = done;
  while (calls.lookup(top, movedName(number)) !== undefined) number += 1;
  await calls.rename(
    { directory: parent.handle, name },
    { directory: top, name: movedName(number) },
  );
}

function movedName(number: number): string {
  return `.holdfast-moved-${number}`;
}

/** Somebody else was faster; that is what was wanted. */
async function unlessGone(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

/** A bind mount has the device of what it shows, so devices alone do not tell. */
function refuseMounts(tools: WriteTools, place: WritePlace): void {
  const [mountPoint] = tools.mountsNow().mountsUnder(place.pass.onMachine(place.path));
  if (mountPoint === undefined) return;
  throw new Fault({
    reason: "IsMountPoint",
    message: `cannot remove ${place.path}: ${mountPoint} is a mount point`,
    resolution: "Unmount it first.",
  });
}

function otherFileSystem(path: string): Fault {
  return new Fault({
    reason: "IsMountPoint",
    message: `cannot remove ${path}: it is on another file system`,
    resolution: "Unmount it first.",
  });
}
