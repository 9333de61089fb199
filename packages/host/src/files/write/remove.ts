import { Fault, throwIfAborted } from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { errnoFault, errnoOf } from "../errno-fault.ts";
import { isDirectory } from "../file-entry.ts";
import { temporaryBackupName, temporaryName } from "./temporary-name.ts";
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

/** What an attempt on a path may have left. */
export interface DiscardRequest {
  readonly path: string;
  readonly attempt: string;
  /** As the attempt's write had it: then its files are beside what the link leads to, and named after that. */
  readonly followLink?: boolean;
}

/** Removes what an attempt on a path left when it was killed. */
export async function discard(
  tools: WriteTools,
  request: DiscardRequest,
  signal: AbortSignal,
): Promise<void> {
  const path =
    request.followLink === true ? await behindLinks(tools, request, signal) : request.path;
  // On a remote mount it is done by now.
  if (path === undefined) return;
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  for (const temporary of [
    temporaryName(name, request.attempt),
    temporaryBackupName(name, request.attempt),
  ])
    await remove(tools, { path: `${path.slice(0, slash)}/${temporary}` }, signal);
}

/** The path that a write through links works at. Without its directory the path itself: nothing is there either way. */
async function behindLinks(
  tools: WriteTools,
  asked: DiscardRequest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { path } = asked;
  const call = { type: "discard", request: asked } as const;
  const request = { path, followLink: true, doing: "look for what was left beside", call };
  try {
    return await withPlace(tools, request, (place) => Promise.resolve(place.path), signal);
  } catch (error) {
    if (error instanceof Fault && error.reason === "NotFound") return path;
    throw error;
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
    const tree = { calls: tools.calls, device: stat.dev, signal };
    if (request.recursive === true)
      await emptyDirectory(tree, directory.handle, { name, path: place.path });
    await unlessGone(tools.calls.removeDirectory(directory.handle, name));
  }
  await tools.directorySyncs.sync(directory);
}

interface Tree {
  readonly calls: FileCalls;
  readonly device: number;
  readonly signal: AbortSignal;
}

async function emptyDirectory(
  tree: Tree,
  parent: number,
  { name, path }: { name: string; path: string },
): Promise<void> {
  const { calls } = tree;
  const handle = calls.openDirectory(parent, name);
  try {
    if (calls.stat(handle).dev !== tree.device) throw otherFileSystem(path);
    for (const child of await calls.list(handle)) {
      throwIfAborted(tree.signal);
      await removeChild(tree, handle, { name: child, path: `${path}/${child}` });
    }
  } finally {
    calls.close(handle);
  }
}

async function removeChild(
  tree: Tree,
  handle: number,
  child: { name: string; path: string },
): Promise<void> {
  const { calls } = tree;
  try {
    const stat: FileStat | undefined = calls.lookup(handle, child.name);
    if (stat === undefined) return;
    if (isDirectory(stat)) {
      await emptyDirectory(tree, handle, child);
      await unlessGone(calls.removeDirectory(handle, child.name));
    } else {
      await unlessGone(calls.unlink(handle, child.name));
    }
  } catch (error) {
    throw errnoFault(error, "remove", child.path);
  }
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
