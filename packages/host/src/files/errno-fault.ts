import { Fault, type FaultReason, toFault } from "@holdfast/core";
import { OPEN_FILE_LIMITS } from "../system/open-file-limit.ts";

interface ErrnoMeaning {
  readonly reason: FaultReason;
  /** Completes "cannot … PATH: ". */
  readonly why: string;
  readonly resolution: string;
}

const NO_RIGHT: ErrnoMeaning = {
  reason: "PermissionDenied",
  why: "the operating system denies access",
  resolution: "Run Holdfast as a user that may do this, or change the permissions of the path.",
};
const NO_SPACE: ErrnoMeaning = {
  reason: "DiskFull",
  why: "the file system has no space left",
  resolution: "Free space on the file system, or move the path to a larger one.",
};
const GONE: ErrnoMeaning = {
  reason: "NotFound",
  why: "its directory is gone, or takes no new entries, as in /proc and /sys",
  resolution: "Correct the path; in /proc and /sys the kernel decides what there is.",
};
const DEAD: ErrnoMeaning = {
  reason: "MountUnresponsive",
  why: "the file system does not answer",
  resolution: "Bring the server of the file system back, or unmount it.",
};

/** What each errno means here; the one place where errnos become reasons. */
const MEANINGS: Readonly<Record<string, ErrnoMeaning>> = {
  EACCES: NO_RIGHT,
  EPERM: {
    ...NO_RIGHT,
    resolution:
      "Run Holdfast as a user that may do this; where it is root, look for an immutable attribute (lsattr).",
  },
  EROFS: {
    reason: "ReadOnly",
    why: "the file system is read-only",
    resolution: "Mount it for writing, or leave this resource out on this machine.",
  },
  ENOSPC: NO_SPACE,
  EDQUOT: {
    ...NO_SPACE,
    why: "the quota is used up",
    resolution: "Raise the quota or free space.",
  },
  ENOENT: GONE,
  ENOTDIR: {
    reason: "WrongType",
    why: "something on the way to it is not a directory",
    resolution: "Remove what is in the way, or correct the path.",
  },
  EISDIR: {
    reason: "WrongType",
    why: "a directory is in the way",
    resolution: "Remove the directory if nothing in it is needed, or correct the path.",
  },
  EEXIST: {
    reason: "AlreadyExists",
    why: "something is there already",
    resolution: "Remove what is there, or say that it may be replaced.",
  },
  ENOTEMPTY: {
    reason: "DirectoryNotEmpty",
    why: "the directory is not empty",
    resolution: "Empty the directory first, or say that all of it may go.",
  },
  EBUSY: {
    reason: "IsMountPoint",
    why: "it is a mount point, which cannot be replaced or removed",
    resolution: "Unmount it, or change the file behind the mount where it comes from.",
  },
  ELOOP: {
    reason: "LoopTooDeep",
    why: "symbolic links lead to each other",
    resolution: "Correct the symbolic links on the path.",
  },
  EXDEV: {
    reason: "HostFailed",
    why: "the two paths are on different file systems",
    resolution: "Keep both on one file system, or use a symbolic link.",
  },
  ENAMETOOLONG: {
    reason: "HostFailed",
    why: "the name is longer than the file system allows",
    resolution: "Use a shorter name.",
  },
  ...OPEN_FILE_LIMITS,
  ESTALE: DEAD,
  ETIMEDOUT: DEAD,
  EHOSTDOWN: DEAD,
  ENOTCONN: DEAD,
};

/**
 * The Fault for a call that failed: names the path, what was tried and why it failed. What is not an errno is a
 * mistake of ours and becomes `Internal`; a Fault stays itself.
 */
export function errnoFault(thrown: unknown, doing: string, path: string): Fault {
  const code = errnoOf(thrown);
  if (code === undefined) return toFault(thrown);
  const meaning = MEANINGS[code] ?? {
    reason: "HostFailed",
    why: "the operating system refuses",
    resolution: "Look in the kernel's log for errors of the disk or the file system.",
  };
  return new Fault({
    reason: meaning.reason,
    message: `cannot ${doing} ${path}: ${meaning.why} (${code})`,
    resolution: meaning.resolution,
    cause: thrown,
  });
}

/** The errno word of a failed call, e.g. `ENOENT`; `undefined` for anything else that was thrown. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || thrown instanceof Fault || !("code" in thrown))
    return undefined;
  return typeof thrown.code === "string" && /^E[A-Z0-9]+$/.test(thrown.code)
    ? thrown.code
    : undefined;
}
