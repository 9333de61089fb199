import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Fault, FaultReason } from "@holdfast/core";
import {
  DaemonFault,
  fileFault,
  makeOwnDirectory,
  openOwnHandle,
  refuseShared as refuseSharedEntry,
} from "@holdfast/daemonkit/machine";
import { hostFault } from "./host-fault.ts";
import { openFileLimitFault } from "../system/open-file-limit.ts";

/**
 * Opens a directory of the agent's own without following a link in its last component, and refuses one that others
 * can write. `undefined` when it does not exist.
 * @throws {Fault} PathUnsafe, when others could put files there; `reason` for every other failure.
 */
export async function openPrivateDirectory(
  path: string,
  reason: FaultReason,
): Promise<FileHandle | undefined> {
  try {
    return await openOwnHandle(path);
  } catch (error) {
    if (error instanceof DaemonFault && error.reason === "NotFound") return undefined;
    throw hostFault(error, reason);
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
    await makeOwnDirectory(path, { mode });
  } catch (error) {
    throw hostFault(error, reason);
  }
}

/**
 * Refuses what is not ours alone to write.
 * @throws {Fault} PathUnsafe, when another user owns it, or group or others can write it.
 */
export function refuseShared(path: string, entry: Stats): void {
  try {
    refuseSharedEntry(path, entry);
  } catch (error) {
    throw hostFault(error, "PathUnsafe");
  }
}

/** A failed call on the agent's own files as a Fault; a full or read-only disk has its own reason. */
export function storageFault(path: string, reason: FaultReason, error: unknown): Fault {
  const tooMany = openFileLimitFault(error, `use ${path}`);
  return tooMany ?? hostFault(fileFault(path, error), reason);
}
