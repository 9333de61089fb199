import { Fault, type FileAttributes } from "@holdfast/core";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

const DEFAULT_MODE = 0o755;
const PRIVATE_MODE = 0o700;

/** The directory to make. */
export interface MakeDirectoryRequest extends FileAttributes {
  readonly path: string;
}

/**
 * Makes one directory, durably; nobody else can enter it before owner and mode are set.
 * @throws {Fault} AlreadyExists for anything that is there, NotFound for a missing parent.
 */
export function makeDirectory(
  tools: WriteTools,
  request: MakeDirectoryRequest,
  signal: AbortSignal,
): Promise<void> {
  return withPlace(
    tools,
    { path: request.path, followLink: false, doing: "make the directory" },
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
  const isPlain = mode === undefined && uid === undefined && gid === undefined;
  await calls.makeDirectory(directory.handle, name, isPlain ? DEFAULT_MODE : PRIVATE_MODE);
  const handle = calls.openDirectory(directory.handle, name);
  try {
    if (calls.stat(handle).uid !== tools.identity.uid) throw replacedMeanwhile(path);
    if (uid !== undefined || gid !== undefined) await calls.chown(handle, uid ?? -1, gid ?? -1);
    // The set-gid bit of a parent is inherited; it is kept where no mode is asked for.
    const inherited = calls.stat(handle).mode & 0o2000;
    if (!isPlain)
      await calls.chmod(handle, mode ?? (DEFAULT_MODE & ~tools.identity.umask) | inherited);
    await calls.syncPath(handle);
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
