import {
  ABSENT,
  type Clock,
  Fault,
  type FileReading,
  type FileReadRequest,
  type FileWriter,
  type Log,
  type Observation,
  present,
  silentLog,
  throwIfAborted,
  unknown,
} from "@holdfast/core";
import type { ExtendedAttributes, FileCalls } from "./calls.ts";
import { errnoFault, errnoOf } from "./errno-fault.ts";
import { budgetOf } from "./handle-budget.ts";
import { InFlight } from "./in-flight.ts";
import { readDetails } from "./read/read-details.ts";
import { readMany, type ReadTools } from "./read/read-many.ts";
import { openStreams } from "./read/stream-file.ts";
import { noRemoteFiles, type RemoteFiles } from "./remote/remote-files.ts";
import type { ReadingThread } from "./thread/reading-thread.ts";
import { Turns } from "./turns.ts";
import { readTree } from "./tree/read-tree.ts";
import { createMountReader } from "./walk/mount-reader.ts";
import type { MountTable } from "./walk/mounts.ts";
import { Pass } from "./walk/pass.ts";
import { DirectorySyncs } from "./write/directory-syncs.ts";
import { makeDirectory } from "./write/make-directory.ts";
import { makeLink } from "./write/make-link.ts";
import { discard } from "./write/discard.ts";
import { remove } from "./write/remove.ts";
import { overwrite } from "./write/overwrite.ts";
import { setAttributes } from "./write/set-attributes.ts";
import type { WriteTools } from "./write/with-place.ts";
import { writeFile } from "./write/write-file.ts";
import { WritePasses } from "./write/write-passes.ts";

/** What file access is opened with. */
export interface OpenFilesOptions {
  readonly calls: FileCalls;
  /** A directory of the machine; every path is inside it, links included. `/` is the machine itself. */
  readonly root: string;
  readonly clock: Clock;
  /** How file systems of other machines are read. Default: not at all, each is MountUnresponsive. */
  readonly remote?: RemoteFiles;
  /** Reads many files at once beside the loop. Default: everything is read in place. */
  readonly thread?: ReadingThread;
  /** Default: silent. */
  readonly log?: Log;
  /** Follow symbolic links whoever made them. Default false. */
  readonly trustEveryLink?: boolean;
  /** Paths of the machine to treat as remote mounts besides those that are. Default none. */
  readonly remotePaths?: readonly string[];
  /** Enter remote mounts as if they were local: for a process that may wait for them. Default false. */
  readonly entersRemoteMounts?: boolean;
}

/** File access that must be closed: disposing waits for what is in flight, for five seconds at most. */
export interface OpenFiles extends FileWriter, AsyncDisposable {}

/** Opens file access under a root. Nothing is kept open between calls. */
export function openFiles(options: OpenFilesOptions): OpenFiles {
  const { calls, root, clock, remote = noRemoteFiles, log = silentLog } = options;
  const trustEveryLink = options.trustEveryLink === true;
  const mounts = createMountReader(options);
  const inFlight = new InFlight(clock);
  const { openDirectories, callsAtOnce } = budgetOf(calls.openFileLimit());
  const turns = new Turns(callsAtOnce);
  const pass = { calls, root, trustEveryLink, openDirectories };
  const openPass = (table: MountTable): Pass => Pass.open({ ...pass, mounts: table });
  const openRecent = (): Pass => openPass(mounts.recent());
  const reading = { calls, clock, remote, root, readElsewhere: readerElsewhere(options) };
  const tools: WriteTools = {
    calls,
    clock,
    log,
    root,
    remote,
    identity: calls.identity(),
    passes: new WritePasses(clock, openRecent),
    directorySyncs: new DirectorySyncs(calls),
    mountsRecent: mounts.recent,
    mountsNow: mounts.now,
    ...loadedLate(calls, log),
  };

  async function readAll(
    requests: readonly FileReadRequest[],
    table: MountTable,
    signal: AbortSignal,
  ): Promise<readonly Observation<FileReading>[]> {
    throwIfAborted(signal);
    const mountPoint = table.hasRemote ? table.remoteMountOn(root) : undefined;
    if (mountPoint !== undefined) return remote.readMany({ mountPoint, root }, requests, signal);
    return await readMany(reading, () => openPass(table), requests, signal);
  }

  const detailing = { ...tools, openPass: openRecent };
  const trees = { calls, clock, remote, root, openPass: openRecent, mountsNow: mounts.recent };
  const inTurn = <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    inFlight.run(turns.run(work, signal), signal);

  return {
    readMany: (requests, signal) =>
      inTurn(() => readAll(requests, mounts.recent(), signal), signal),
    read: async (request, signal) =>
      (await inTurn(() => readAll([request], mounts.recent(), signal), signal))[0] ?? ABSENT,
    stream: openStreams({ ...reading, mounts, openPass: openRecent }),
    details: (request, signal) => inTurn(() => readDetails(detailing, request, signal), signal),
    list: (path, signal) => inTurn(() => list(tools, openRecent, path, signal), signal),
    readTree: (request, signal) => inTurn(() => readTree(trees, request, signal), signal),
    write: (request, signal) => inTurn(() => writeFile(tools, request, signal), signal),
    overwrite: (request, signal) => inTurn(() => overwrite(tools, request, signal), signal),
    setAttributes: (request, signal) => inTurn(() => setAttributes(tools, request, signal), signal),
    makeDirectory: (request, signal) => inTurn(() => makeDirectory(tools, request, signal), signal),
    makeLink: (request, signal) => inTurn(() => makeLink(tools, request, signal), signal),
    remove: (request, signal) => inTurn(() => remove(tools, request, signal), signal),
    discard: (request, signal) => inTurn(() => discard(tools, request, signal), signal),
    [Symbol.asyncDispose]: () => inFlight.settle(),
  };
}

/** Most names in a directory that is listed. */
const MOST_LISTED = 200_000;

function tooMany(path: string): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `there are more than ${MOST_LISTED} entries in ${path}`,
    resolution: "Find out what fills the directory, and declare smaller ones.",
  });
}

/** Reads in the thread, if there is one. */
function readerElsewhere(options: OpenFilesOptions): ReadTools["readElsewhere"] {
  const { root, thread, trustEveryLink = false, remotePaths = [] } = options;
  return async (requests, signal) =>
    await thread?.read({ root, trustEveryLink, remotePaths, requests }, signal);
}

async function list(
  { calls, remote, root, mountsRecent }: WriteTools,
  openPass: () => Pass,
  path: string,
  signal: AbortSignal,
): Promise<Observation<readonly string[]>> {
  throwIfAborted(signal);
  try {
    const rootMount = mountsRecent().remoteMountOn(root);
    if (rootMount !== undefined)
      return await remote.list({ mountPoint: rootMount, root }, path, signal);
    using pass = openPass();
    const located = pass.locate(path, false);
    if (located.type === "missing" || (located.type === "place" && located.stat === undefined))
      return ABSENT;
    if (located.type === "remote")
      return await remote.list({ mountPoint: located.mountPoint, root }, path, signal);
    const handle = calls.openDirectory(located.directory.handle, located.name);
    try {
      const names = await calls.list(handle, MOST_LISTED + 1);
      return names.length > MOST_LISTED ? unknown(tooMany(path)) : present(names.toSorted());
    } finally {
      calls.close(handle);
    }
  } catch (error) {
    throwIfAborted(signal);
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return ABSENT;
    return unknown(errnoFault(error, "list", path));
  }
}

/** What goes through koffi is loaded when it is first needed. */
function loadedLate(calls: FileCalls, log: Log): Pick<WriteTools, "attributes" | "writerCheck"> {
  return {
    attributes: once(() => loadAttributes(calls, log)),
    writerCheck: once(() => calls.loadWriterCheck()),
  };
}

async function loadAttributes(calls: FileCalls, log: Log): Promise<ExtendedAttributes | undefined> {
  const attributes = await calls.loadAttributes();
  if (attributes === undefined)
    log.warn(
      "extended attributes and ACLs of replaced files are not kept: koffi, through which they are reached, is not installed",
    );
  return attributes;
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load();
    return loading;
  };
}
