import { Fault, throwIfAborted } from "@holdfast/core";
import type { FileCalls } from "../calls.ts";
import { errnoOf } from "../errno-fault.ts";
import { isDirectory } from "../file-entry.ts";
import { MOST_DEEP } from "../tree/tree-faults.ts";
import { remove } from "./remove.ts";
import { isTemporaryOf, temporaryNames } from "./temporary/temporary-name.ts";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

/** What an attempt on a path may have left. */
export interface DiscardRequest {
  readonly path: string;
  readonly attempt: string;
  /** As the attempt's write had it: then its files are beside what the link leads to, and named after that. */
  readonly followLink?: boolean;
  /** Its files may be anywhere in the directory at the path, or deeper. */
  readonly isTree?: boolean;
}

/** Removes what an attempt on a path left when it was killed. */
export async function discard(
  tools: WriteTools,
  request: DiscardRequest,
  signal: AbortSignal,
): Promise<void> {
  if (request.isTree === true) return await discardInTree(tools, request, signal);
  const path =
    request.followLink === true ? await behindLinks(tools, request, signal) : request.path;
  // On a remote mount it is done by now.
  if (path === undefined) return;
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  for (const temporary of temporaryNames(name, request.attempt))
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

/** So many names of one directory are looked through. */
const MOST_LISTED = 200_000;

/** Removes what an attempt on a tree left in it. */
async function discardInTree(
  tools: WriteTools,
  request: DiscardRequest,
  signal: AbortSignal,
): Promise<void> {
  const { path, attempt } = request;
  const call = { type: "discard", request } as const;
  const place = { path, followLink: false, doing: "look for what was left in", call };
  try {
    await withPlace(tools, place, (found) => clearTree(tools, found, attempt, signal), signal);
  } catch (error) {
    // Without its directory nothing is left.
    if (!(error instanceof Fault) || error.reason !== "NotFound") throw error;
  }
}

async function clearTree(
  tools: WriteTools,
  { pass, directory, name, stat, path }: WritePlace,
  attempt: string,
  signal: AbortSignal,
): Promise<void> {
  if (stat === undefined || !isDirectory(stat)) return;
  const machinePath = pass.onMachine(path);
  const mountPoints = new Set(tools.mountsNow().mountsUnder(machinePath));
  const { calls } = tools;
  const clearing = { calls, attempt, mountPoints, signal };
  const handle = calls.openDirectory(directory.handle, name);
  try {
    await clearDirectory(clearing, { handle, machinePath, depth: 1 });
  } finally {
    calls.close(handle);
  }
}

interface Clearing {
  readonly calls: FileCalls;
  readonly attempt: string;
  /** Not read: a file system mounted there may not answer. */
  readonly mountPoints: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

interface Cleared {
  readonly handle: number;
  readonly machinePath: string;
  readonly depth: number;
}

async function clearDirectory(clearing: Clearing, directory: Cleared): Promise<void> {
  const { calls, attempt, mountPoints, signal } = clearing;
  let isChanged = false;
  for (const name of await calls.list(directory.handle, MOST_LISTED)) {
    throwIfAborted(signal);
    const machinePath = `${directory.machinePath}/${name}`;
    if (isTemporaryOf(name, attempt)) {
      await unlinkIfThere(calls, directory.handle, name);
      isChanged = true;
    } else if (directory.depth < MOST_DEEP && !mountPoints.has(machinePath)) {
      await clearChild(clearing, directory, { name, machinePath });
    }
  }
  if (isChanged) await calls.syncPath(directory.handle);
}

async function clearChild(
  clearing: Clearing,
  parent: Cleared,
  { name, machinePath }: { readonly name: string; readonly machinePath: string },
): Promise<void> {
  const { calls } = clearing;
  const stat = calls.lookup(parent.handle, name);
  if (stat === undefined || !isDirectory(stat)) return;
  const handle = calls.openDirectory(parent.handle, name);
  try {
    await clearDirectory(clearing, { handle, machinePath, depth: parent.depth + 1 });
  } finally {
    calls.close(handle);
  }
}

async function unlinkIfThere(calls: FileCalls, directory: number, name: string): Promise<void> {
  try {
    await calls.unlink(directory, name);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
