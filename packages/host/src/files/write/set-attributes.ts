import { Fault, type FileAttributes, throwIfAborted } from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { errnoOf } from "../errno-fault.ts";
import { isDirectory, isLink, isRegular, isSameInode } from "../file-entry.ts";
import { isTrustedDirectory } from "../walk/link-rule.ts";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

const SET_ID_BITS = 0o6000;
const DOING = "set the attributes of";

/** What to set, where. */
export interface SetAttributesRequest extends FileAttributes {
  readonly path: string;
  readonly followLink?: boolean;
}

/**
 * Changes owner, group or mode through a handle on exactly what was observed, durably. A link that is not followed
 * has no mode of its own; only its owner is changed.
 * @throws {Fault} NotFound when nothing is there, PathUnsafe for a file that others may have linked there.
 */
export function setAttributes(
  tools: WriteTools,
  request: SetAttributesRequest,
  signal: AbortSignal,
): Promise<void> {
  const { path, followLink = false } = request;
  return withPlace(
    tools,
    { path, followLink, doing: DOING, call: { type: "setAttributes", request } },
    (place) => setAt(tools, request, place, signal),
    signal,
  );
}

async function setAt(
  tools: WriteTools,
  request: FileAttributes,
  place: WritePlace,
  signal: AbortSignal,
): Promise<void> {
  const { calls } = tools;
  const seen = place.stat;
  if (seen === undefined) throw nothingThere(place);
  refusePlanted(tools, place, { stat: seen, doing: DOING });
  if (isLink(seen)) {
    const owner = { uid: request.uid ?? -1, gid: request.gid ?? -1 };
    await calls.chownLink(place.directory.handle, place.name, owner);
    await tools.directorySyncs.sync(place.directory);
    return;
  }
  const handle = calls.openPath(place.directory.handle, place.name);
  try {
    if (!isSameInode(calls.stat(handle), seen)) throw replacedMeanwhile(place, DOING);
    throwIfAborted(signal);
    await changeHandle(calls, handle, seen, request);
    const isSynced =
      (isRegular(seen) || isDirectory(seen)) && (await isSyncedItself(calls, handle));
    if (!isSynced) await tools.directorySyncs.sync(place.directory);
  } finally {
    calls.close(handle);
  }
}

/**
 * False for what may not be opened any more, perhaps by its new mode. Opening a device or a FIFO to sync it could wake it. The
 * fsync of its directory commits the same journal.
 */
async function isSyncedItself(calls: FileCalls, handle: number): Promise<boolean> {
  try {
    await calls.syncPath(handle);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code !== "EACCES" && code !== "EISDIR") throw error;
    return false;
  }
}

/** Owner before mode, because chown takes set-uid and set-gid away; what it took is given back. */
async function changeHandle(
  calls: FileCalls,
  handle: number,
  seen: FileStat,
  request: FileAttributes,
): Promise<void> {
  const changesOwner = request.uid !== undefined || request.gid !== undefined;
  if (changesOwner) await calls.chown(handle, request.uid ?? -1, request.gid ?? -1);
  const takenMode =
    changesOwner && (seen.mode & SET_ID_BITS) !== 0 ? seen.mode & 0o7777 : undefined;
  const mode = request.mode ?? takenMode;
  if (mode !== undefined) await calls.chmod(handle, mode);
}

/**
 * Whoever can write a directory can link another's file into it, and would have root give that file away or write it.
 * @throws {Fault} PathUnsafe.
 */
export function refusePlanted(
  tools: WriteTools,
  place: WritePlace,
  { stat, doing }: { readonly stat: FileStat; readonly doing: string },
): void {
  if (isDirectory(stat) || stat.nlink < 2) return;
  if (isTrustedDirectory(tools.calls.stat(place.directory.handle), tools.identity.uid)) return;
  throw new Fault({
    reason: "PathUnsafe",
    message: `cannot ${doing} ${place.path}: it has ${stat.nlink} hard links and others can write its directory, so it may be anybody's file`,
    resolution: "Remove the other links, or take write access to the directory from others.",
  });
}

function nothingThere(place: WritePlace): Fault {
  return new Fault({
    reason: "NotFound",
    message: `cannot ${DOING} ${place.path}: nothing is there`,
    resolution: "Declare what should be there, or correct the path.",
  });
}

/** The fault of a file that is not the one that was observed. */
export function replacedMeanwhile(place: WritePlace, doing: string): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `cannot ${doing} ${place.path}: it was replaced meanwhile`,
    resolution: "Find the program that replaces it.",
  });
}
