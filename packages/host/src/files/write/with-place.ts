import { type Clock, Fault, type Log, throwIfAborted } from "@holdfast/core";
import type {
  CallerIdentity,
  ExtendedAttributes,
  FileCalls,
  FileStat,
  WriterCheck,
} from "../calls.ts";
import { errnoFault, errnoOf } from "../errno-fault.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import type { WriteCall } from "../remote/write-call.ts";
import type { Directory } from "../walk/directory-cache.ts";
import type { MountTable } from "../walk/mounts.ts";
import type { Located, Pass } from "../walk/pass.ts";
import type { DirectorySyncs } from "./directory-syncs.ts";
import type { WritePasses } from "./write-passes.ts";

/** What every write works with. */
export interface WriteTools {
  readonly calls: FileCalls;
  readonly clock: Clock;
  readonly log: Log;
  readonly identity: CallerIdentity;
  readonly root: string;
  readonly remote: RemoteFiles;
  readonly passes: WritePasses;
  readonly directorySyncs: DirectorySyncs;
  /** What is mounted where; at most 250 ms old. */
  readonly mountsRecent: () => MountTable;
  readonly mountsNow: () => MountTable;
  /** Loaded once; `undefined` where they cannot be reached. */
  readonly attributes: () => Promise<ExtendedAttributes | undefined>;
  /** Likewise. */
  readonly writerCheck: () => Promise<WriterCheck | undefined>;
}

/** Where a write happens: its directory is open and stays so. */
export interface WritePlace {
  readonly pass: Pass;
  readonly directory: Directory;
  readonly name: string;
  /** What was there when the place was found. */
  readonly stat: FileStat | undefined;
  /** Inside the root, free of links. */
  readonly path: string;
}

/** A path and what is done there, in words that follow "cannot". */
export interface PlaceRequest {
  readonly path: string;
  readonly followLink: boolean;
  readonly doing: string;
  /**
   * The whole call, for a path on a remote mount: this process never waits for one, so a child makes the call instead.
   * `undefined`: such a path is refused.
   */
  readonly call: WriteCall | undefined;
}

/**
 * Finds the place of a path and works there. On a remote mount a child process makes the call and nothing is returned.
 * Where a shared walk turns out to be out of date, the work is done once more after a walk of its own.
 * @throws {Fault} NotFound or WrongType for a missing parent, those of the walk, and those of `work`.
 */
export async function withPlace<T>(
  tools: WriteTools,
  request: PlaceRequest,
  work: (place: WritePlace) => Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  throwIfAborted(signal);
  try {
    const rootMount = tools.mountsRecent().remoteMountOn(tools.root);
    if (rootMount !== undefined) return await onRemote(tools, request, rootMount, signal);
    using lease = tools.passes.lease(false);
    const located = lease.pass.locate(request.path, request.followLink);
    if (located.type === "remote")
      return await onRemote(tools, request, located.mountPoint, signal);
    try {
      return await workAt(lease.pass, request, located, work);
    } catch (error) {
      if (!lease.isShared || errnoOf(error) !== "ENOENT") throw error;
    }
    using fresh = tools.passes.lease(true);
    const again = fresh.pass.locate(request.path, request.followLink);
    return await workAt(fresh.pass, request, again, work);
  } catch (error) {
    throw errnoFault(error, request.doing, request.path);
  }
}

async function onRemote(
  { remote, root }: WriteTools,
  { path, doing, call }: PlaceRequest,
  mountPoint: string,
  signal: AbortSignal,
): Promise<undefined> {
  if (call === undefined) throw errnoFault(otherFileSystem(), doing, path);
  await remote.write({ mountPoint, root }, call, signal);
}

/** As the kernel would answer to a link between two file systems. */
function otherFileSystem(): Error {
  return Object.assign(new Error("EXDEV: the paths are on two file systems"), { code: "EXDEV" });
}

async function workAt<T>(
  pass: Pass,
  request: PlaceRequest,
  located: Located,
  work: (place: WritePlace) => Promise<T>,
): Promise<T> {
  if (located.type !== "place") throw parentFault(request, located);
  const { directory, name, stat } = located;
  const path = name === "." ? directory.path || "/" : `${directory.path}/${name}`;
  directory.uses += 1;
  try {
    return await work({ pass, directory, name, stat, path });
  } finally {
    directory.uses -= 1;
  }
}

function parentFault(
  request: PlaceRequest,
  located: Exclude<Located, { readonly type: "place" }>,
): Fault {
  const missing = located.type === "missing" ? located.path : located.mountPoint;
  const isOnTheWay = request.path.startsWith(`${missing}/`);
  const what = isOnTheWay ? missing : `${missing}, where a link on the way leads,`;
  if (located.type === "missing" && located.isInTheWay)
    return new Fault({
      reason: "WrongType",
      message: `cannot ${request.doing} ${request.path}: ${what} is not a directory`,
      resolution: `Remove what is at ${missing}, or correct the ${isOnTheWay ? "path" : "link"}.`,
    });
  return new Fault({
    reason: "NotFound",
    message: `cannot ${request.doing} ${request.path}: the directory ${what} does not exist`,
    resolution: `Declare directory:${missing}, so that it is made first, or correct the ${isOnTheWay ? "path" : "link"}.`,
  });
}
