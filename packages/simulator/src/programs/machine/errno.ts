/** What the kernel says in each case, as C libraries print it. */
export const ERRNO_TEXT = {
  EACCES: "Permission denied",
  EEXIST: "File exists",
  EINVAL: "Invalid argument",
  EISDIR: "Is a directory",
  ELOOP: "Too many levels of symbolic links",
  ENAMETOOLONG: "File name too long",
  ENOENT: "No such file or directory",
  ENOSPC: "No space left on device",
  ENOTDIR: "Not a directory",
  ENOTEMPTY: "Directory not empty",
  EPERM: "Operation not permitted",
  EROFS: "Read-only file system",
} as const;

/** The errnos that the simulated disk gives. */
export type Errno = keyof typeof ERRNO_TEXT;

/** A refusal of the simulated disk. */
export class DiskError extends Error {
  readonly errno: Errno;

  constructor(errno: Errno) {
    super(ERRNO_TEXT[errno]);
    this.errno = errno;
  }
}

/**
 * The value, or what the program makes of the refusal. Anything but a refusal of the disk is thrown on.
 */
export function onRefusal<T, U>(attempt: () => T, refused: (error: DiskError) => U): T | U {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof DiskError) return refused(error);
    throw error;
  }
}
