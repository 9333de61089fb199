import { constants, type Stats } from "node:fs";
import { chmod, chown, type FileHandle, mkdir, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DaemonFault } from "../daemon-fault.ts";
import { codeOf } from "../error-code.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** An open directory: what happens to its path does not change which directory it is. */
export interface OpenDirectory extends AsyncDisposable {
  readonly path: string;
  /** A path to an entry that leads through the descriptor where the platform can (Linux), else through the path. */
  at(name: string): string;
  /** Makes the entries durable. */
  sync(): Promise<void>;
}

/**
 * Opens a directory without following a link in its last component.
 * @throws {DaemonFault} NotFound; PathUnsafe, when it is a link or no directory; FileFailed.
 */
export async function openDirectory(path: string): Promise<OpenDirectory> {
  return directoryOf(path, await openHandle(path));
}

/**
 * Opens a directory that nobody else can put files into.
 * @throws {DaemonFault} as `openDirectory`, and PathUnsafe, when others own or can write it.
 */
export async function openOwnDirectory(path: string): Promise<OpenDirectory> {
  return directoryOf(path, await openOwnHandle(path));
}

/**
 * The same as a handle.
 * @throws {DaemonFault} as `openOwnDirectory`.
 */
export async function openOwnHandle(path: string): Promise<FileHandle> {
  const handle = await openHandle(path);
  try {
    refuseShared(path, await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw fileFault(path, error);
  }
}

/** Who may use a directory that is made. */
export interface DirectoryRights {
  /** Default 0750. */
  readonly mode?: number;
  /** Default: the group of the process. */
  readonly gid?: number | undefined;
}

/**
 * Makes a directory, and its missing parents with 0755, where there is none; one that is there is left as it is. The
 * entries are durable.
 * @throws {DaemonFault} ReadOnly, DiskFull; FileFailed, when the system refuses.
 */
export async function makeOwnDirectory(path: string, rights: DirectoryRights = {}): Promise<void> {
  const { mode = 0o750, gid } = rights;
  const parent = dirname(path);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (codeOf(error) !== "ENOENT" || parent === path) throw fileFault(path, error);
    await makeParent(parent);
    return makeOwnDirectory(path, rights);
  }
  try {
    // Whatever the umask says; the group first, so that nobody gets in by the old one.
    if (gid !== undefined) await chown(path, -1, gid);
    await chmod(path, mode);
  } catch (error) {
    throw fileFault(path, error);
  }
  await syncPath(parent);
}

/** A failed call on a file as a fault. */
export function fileFault(path: string, error: unknown): DaemonFault {
  if (error instanceof DaemonFault) return error;
  const code = codeOf(error);
  const why = error instanceof Error ? error.message : String(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return fault({
      reason: "DiskFull",
      message: `there is no space left for ${path}`,
      resolution: "Free some space.",
      cause: error,
    });
  }
  if (code === "EROFS") {
    return fault({
      reason: "ReadOnly",
      message: `${path} is on a read-only file system`,
      resolution: "Mount it writable.",
      cause: error,
    });
  }
  if (code === "ENOENT") {
    return fault({
      reason: "NotFound",
      message: `${path} does not exist`,
      resolution: "Create it, or correct the path.",
      cause: error,
    });
  }
  return fault({
    reason: "FileFailed",
    message: `${path} cannot be used: ${why}`,
    resolution: "Check the path, its rights and its file system.",
    cause: error,
  });
}

/**
 * Refuses what is not ours alone to write.
 * @throws {DaemonFault} PathUnsafe, when another user owns it, or group or others can write it.
 */
export function refuseShared(path: string, entry: Pick<Stats, "uid" | "mode">): void {
  const ownUid = process.geteuid?.();
  if (ownUid === undefined) return;
  const isOwn = entry.uid === ownUid || entry.uid === 0;
  if (isOwn && (entry.mode & 0o022) === 0) return;
  const who = isOwn ? "group or others can write it" : `user ${entry.uid} owns it`;
  throw unsafeFault(path, who, `chown ${ownUid} ${path} and chmod go-w ${path}`);
}

/** A path that must not be used as it is. */
export function unsafeFault(path: string, why: string, resolution: string): DaemonFault {
  return fault({ reason: "PathUnsafe", message: `${path} is not safe to use: ${why}`, resolution });
}

/** One after the other, so that the entry of each is durable. */
async function makeParent(path: string): Promise<void> {
  const parent = dirname(path);
  try {
    await mkdir(path, { mode: 0o755 });
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (codeOf(error) !== "ENOENT" || parent === path) throw fileFault(path, error);
    await makeParent(parent);
    return makeParent(path);
  }
  await syncPath(parent);
}

async function openHandle(path: string): Promise<FileHandle> {
  try {
    return await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) !== "ELOOP" && codeOf(error) !== "ENOTDIR") throw fileFault(path, error);
    throw unsafeFault(path, "it is a link, or no directory", "Name the directory itself.");
  }
}

function directoryOf(path: string, handle: FileHandle): OpenDirectory {
  const base = process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : path;
  let closing: Promise<void> | undefined;
  return {
    path,
    at: (name) => join(base, basename(name)),
    sync: () => handle.sync(),
    [Symbol.asyncDispose]() {
      closing ??= handle.close();
      return closing;
    },
  };
}

async function syncPath(path: string): Promise<void> {
  try {
    await using handle = await open(path, O_RDONLY | O_DIRECTORY);
    await handle.sync();
  } catch (error) {
    throw fileFault(path, error);
  }
}

function fault(fields: ConstructorParameters<typeof DaemonFault>[0]): DaemonFault {
  return new DaemonFault(fields);
}
