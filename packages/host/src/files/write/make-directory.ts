import { Fault, type FileAttributes } from "@holdfast/core";
import { createMode, giveTo, NotKept, notKept, setMode } from "../file-modes.ts";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

const PRIVATE_MODE = 0o700;

/** The directory to make. */
export interface MakeDirectoryRequest extends FileAttributes {
  readonly path: string;
}

/**
 * Makes one directory, durably. Where a mode is asked for, nobody else can enter it before owner and mode are set; where
 * none is, it has the default from the start, because a mode on its way would stay if the work were cut off there.
 * @throws {Fault} AlreadyExists for anything that is there, NotFound for a missing parent.
 */
export function makeDirectory(
  tools: WriteTools,
  request: MakeDirectoryRequest,
  signal: AbortSignal,
): Promise<void> {
  return withPlace(
    tools,
    {
      path: request.path,
      followLink: false,
      doing: "make the directory",
      call: { type: "makeDirectory", request },
    },
    (place) => makeAt(tools, request, place),
    signal,
  );
}

async function makeAt(
  tools: WriteTools,
  request: FileAttributes,
  { directory, name, path }: WritePlace,
): Promise<void> {
  const { calls } = tools;
  const { uid, gid, mode } = request;
  await calls.makeDirectory(
    directory.handle,
    name,
    mode === undefined ? createMode(tools.identity, "directory") : PRIVATE_MODE,
  );
  const handle = calls.openDirectory(directory.handle, name);
  try {
    if (calls.stat(handle).uid !== tools.identity.uid) throw replacedMeanwhile(path);
    await giveTo(calls, handle, { uid: uid ?? -1, gid: gid ?? -1 });
    if (mode !== undefined) await setMode(calls, handle, mode);
    await calls.syncPath(handle);
  } catch (error) {
    throw error instanceof NotKept ? notKept(error, "make the directory", path) : error;
  } finally {
    calls.close(handle);
  }
  await tools.directorySyncs.sync(directory);
}

function replacedMeanwhile(path: string): Fault {
  return new Fault({
    reason: "PathUnsafe",
    message: `cannot make the directory ${path}: another was put in its place at once`,
    resolution: "Take write access to the directory above from group and others.",
  });
}
