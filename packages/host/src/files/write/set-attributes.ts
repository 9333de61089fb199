import { Fault, type FileAttributes, throwIfAborted } from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { errnoOf } from "../errno-fault.ts";
import { isDirectory, isLink, isRegular, isSameInode } from "../file-entry.ts";
import { isTrustedDirectory } from "../walk/link-rule.ts";
import { giveTo, NotKept, notKept, setMode } from "../file-modes.ts";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

const EXECUTE_BITS = 0o111;
const CAPABILITIES = "security.capability";
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
    await changeHandle(tools, handle, seen, request);
    const isSynced =
      (isRegular(seen) || isDirectory(seen)) && (await isSyncedItself(calls, handle));
    if (!isSynced) await tools.directorySyncs.sync(place.directory);
  } catch (error) {
    throw error instanceof NotKept ? notKept(error, DOING, place.path) : error;
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

/**
 * Owner before mode, because chown takes set-uid, set-gid and the capabilities of a program away; what it took is given back.
 * They are read by the handle too: another file in its place must not lend it rights.
 */
async function changeHandle(
  tools: WriteTools,
  handle: number,
  seen: FileStat,
  request: FileAttributes,
): Promise<void> {
  const { calls } = tools;
  const isProgram = isRegular(seen) && (seen.mode & EXECUTE_BITS) !== 0;
  const attributes =
    isProgram && changesOwner(seen, request) ? await tools.attributes() : undefined;
  const capabilities = attributes?.getOf(handle, CAPABILITIES);
  const isGiven = await giveTo(calls, handle, { uid: request.uid ?? -1, gid: request.gid ?? -1 });
  const mode = request.mode ?? (isGiven ? seen.mode & 0o7777 : undefined);
  if (capabilities !== undefined) attributes?.set(handle, CAPABILITIES, capabilities);
  if (mode !== undefined) await setMode(calls, handle, mode);
}

function changesOwner(seen: FileStat, { uid = seen.uid, gid = seen.gid }: FileAttributes): boolean {
  return uid !== seen.uid || gid !== seen.gid;
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
