import { constants, type Stats } from "node:fs";
import { chmod, chown, mkdir, open } from "node:fs/promises";
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
  const [directory] = await openWithStat(path);
  return directory;
}

/**
 * Opens a directory that nobody else can put files into.
 * @throws {DaemonFault} as `openDirectory`, and PathUnsafe, when others own or can write it.
 */
export async function openOwnDirectory(path: string): Promise<OpenDirectory> {
  const [directory, entry] = await openWithStat(path);
  try {
    refuseShared(path, entry);
    return directory;
  } catch (error) {
    await directory[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Makes a directory of mode 0750, and its missing parents with 0755, where there is none; one that is there is left
 * as it is. The entries are durable.
 * @throws {DaemonFault} FileFailed, when the system refuses.
 */
export async function makeOwnDirectory(path: string, gid?: number): Promise<void> {
  const parent = dirname(path);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (codeOf(error) !== "ENOENT" || parent === path) throw fileFault(path, error);
    await makeParent(parent);
    return makeOwnDirectory(path, gid);
  }
  try {
    // Whatever the umask says; the group first, so that nobody gets in by the old one.
    if (gid !== undefined) await chown(path, -1, gid);
    await chmod(path, 0o750);
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

async function makeParent(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o755 });
  } catch (error) {
    throw fileFault(path, error);
  }
  await syncPath(dirname(path));
}

async function openWithStat(path: string): Promise<readonly [OpenDirectory, Stats]> {
  try {
    const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const base = process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : path;
    let closing: Promise<void> | undefined;
    const directory: OpenDirectory = {
      path,
      at: (name) => join(base, basename(name)),
      sync: () => handle.sync(),
      [Symbol.asyncDispose]() {
        closing ??= handle.close();
        return closing;
      },
    };
    return [directory, await handle.stat()];
  } catch (error) {
    if (codeOf(error) !== "ELOOP" && codeOf(error) !== "ENOTDIR") throw fileFault(path, error);
    throw unsafeFault(path, "it is a link, or no directory", "Name the directory itself.");
  }
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
