import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { DaemonFault } from "../daemon-fault.ts";
import { codeOf } from "../error-code.ts";
import type { Probe } from "./probe.ts";

/** Permission bits that must be there. */
export interface PermissionProbe {
  readonly path: string;
  /** At least these of the 12 bits are set; others do not matter. E.g. `0o600`. */
  readonly mode: number;
}

/**
 * Asks whether a file or directory has at least some permission bits.
 * Fails with NotFound, PermissionMissing, ProbeFailed.
 */
export function permissionProbe({ path, mode }: PermissionProbe): Probe {
  return {
    name: `permission ${path}`,
    async check() {
      const found = (await observe(path)).mode & 0o7777;
      const missing = mode & ~found;
      if (missing === 0) return;
      throw new DaemonFault({
        reason: "PermissionMissing",
        message: `${path} has mode ${octal(found)}, which lacks ${octal(missing)}`,
        resolution: `chmod ${octal(found | mode)} ${path}`,
      });
    },
  };
}

/** Who must own something; what is `undefined` does not matter. */
export interface OwnershipProbe {
  readonly path: string;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Asks whether a file or directory belongs to a user and a group.
 * Fails with NotFound, OwnerWrong, ProbeFailed.
 */
export function ownershipProbe({ path, uid, gid }: OwnershipProbe): Probe {
  return {
    name: `ownership ${path}`,
    async check() {
      const found = await observe(path);
      const isOwner = uid === undefined || uid === found.uid;
      if (isOwner && (gid === undefined || gid === found.gid)) return;
      const wanted = `${uid ?? found.uid}:${gid ?? found.gid}`;
      throw new DaemonFault({
        reason: "OwnerWrong",
        message: `${path} belongs to ${found.uid}:${found.gid} instead of ${wanted}`,
        resolution: `chown ${wanted} ${path}`,
      });
    },
  };
}

/** What a failed system call on a path means for a probe. */
export function pathFault(path: string, error: unknown): DaemonFault {
  if (error instanceof DaemonFault) return error;
  if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") {
    return new DaemonFault({
      reason: "NotFound",
      message: `${path} does not exist`,
      resolution: "Create it, or correct the path.",
      cause: error,
    });
  }
  return new DaemonFault({
    reason: "ProbeFailed",
    message: `${path}: ${error instanceof Error ? error.message : String(error)}`,
    resolution: "Check the path, its rights and its file system.",
    cause: error,
  });
}

async function observe(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw pathFault(path, error);
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
