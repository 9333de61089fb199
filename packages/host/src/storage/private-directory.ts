import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault, type FaultReason } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import { openFileLimitFault } from "../system/open-file-limit.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/**
 * Opens a directory of the agent's own without following a link in its last component, and refuses one that others
 * can write. `undefined` when it does not exist.
 * @throws {Fault} PathUnsafe, when others could put files there; `reason` for every other failure.
 */
export async function openPrivateDirectory(
  path: string,
  reason: FaultReason,
): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (codeOf(error) === "ELOOP" || codeOf(error) === "ENOTDIR") throw notDirectory(path);
    throw storageFault(path, reason, error);
  }
  try {
    refuseShared(path, await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Makes a directory with this mode where there is none, its missing parents with 0755, and the entries durable.
 * @throws {Fault} `reason`, when the system refuses.
 */
export async function makePrivateDirectory(
  path: string,
  mode: number,
  reason: FaultReason,
): Promise<void> {
  try {
    if (await exists(path)) return;
    const parent = dirname(path);
    if (parent !== path) await makePrivateDirectory(parent, 0o755, reason);
    await mkdir(path, { mode });
    await syncDirectory(parent);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    throw error instanceof Fault ? error : storageFault(path, reason, error);
  }
}

/**
 * Refuses what is not ours alone to write.
 * @throws {Fault} PathUnsafe, when another user owns it, or group or others can write it.
 */
export function refuseShared(path: string, entry: Stats): void {
  const ownUserId = process.geteuid?.();
  if (ownUserId === undefined) return;
  const isOwn = entry.uid === ownUserId || entry.uid === 0;
  if (isOwn && (entry.mode & 0o022) === 0) return;
  const who = isOwn ? "group or others can write it" : `user ${entry.uid} owns it`;
  throw new Fault({
    reason: "PathUnsafe",
    message: `${path} is not safe for the agent's own records: ${who}`,
    resolution: `Make it the agent's own: chown ${ownUserId} ${path} and chmod go-w ${path}.`,
  });
}

/** Makes the entries of a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A failed call on the agent's own files as a Fault; a full or read-only disk has its own reason. */
export function storageFault(path: string, reason: FaultReason, error: unknown): Fault {
  const code = codeOf(error);
  const why = error instanceof Error ? error.message : String(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return fault("DiskFull", `there is no space left for ${path}`, "Free some space.", error);
  }
  if (code === "EROFS") {
    return fault("ReadOnly", `${path} is on a read-only file system`, "Mount it writable.", error);
  }
  const tooMany = openFileLimitFault(error, `use ${path}`);
  if (tooMany !== undefined) return tooMany;
  return fault(reason, `${path} cannot be used: ${why}`, "Check the path and its rights.", error);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function notDirectory(path: string): Fault {
  return fault(
    "PathUnsafe",
    `${path} is a link or a file where the agent's own directory should be`,
    "Remove it, or name another directory.",
  );
}

function fault(reason: FaultReason, message: string, resolution: string, cause?: unknown): Fault {
  return new Fault({ reason, message, resolution, cause });
}
