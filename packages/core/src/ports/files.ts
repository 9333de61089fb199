// Long because: it is one port, with what it promises.
import type { Fault } from "../fault/fault.ts";
import type { Observation } from "../observation.ts";

/** What a path is. */
export type FileType =
  | "file"
  | "directory"
  | "link"
  | "fifo"
  | "socket"
  | "block-device"
  | "character-device";

/** The fields of `lstat` that kinds need. */
export interface FileEntry {
  readonly type: FileType;
  /** The 12 permission bits: set-uid, set-gid, sticky and rwx for owner, group, others. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly device: number;
  readonly inode: number;
  readonly linkCount: number;
}

/** What a regular file has besides its content; in JSON it goes into the ledger. */
export interface FileDetails {
  /** When it was modified last, nanoseconds since 1970 as digits; absent where that cannot be known. */
  readonly modifiedNs?: string;
  /** Extended attributes, ACLs among them, in base64. Default: none. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** One path to read. Every path is absolute and means the path inside the host's root. */
export interface FileReadRequest {
  readonly path: string;
  /**
   * How much of a regular file to read: `bytes` up to `maxBytes` (a longer file comes without content), `sha256` of
   * any length. Content that is not asked for is not opened.
   */
  readonly content: "none" | "bytes" | "sha256";
  /** For `bytes`. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Follow a symbolic link in the last component, under the same rule as one on the way. Default false. */
  readonly followLink?: boolean;
}

/** What was found at a path. */
export interface FileReading {
  readonly entry: FileEntry;
  /** For `content: "bytes"` of a regular file that was not too long. */
  readonly bytes?: Uint8Array;
  /** For `content: "sha256"` of a regular file: lower-case hex. */
  readonly sha256?: string;
  /** For a symbolic link that was not followed. */
  readonly linkTarget?: string;
}

/** A directory to read with all that is below it. */
export interface TreeReadRequest extends Pick<FileReadRequest, "path" | "followLink"> {
  /** `sha256`: the digest of every regular file. */
  readonly content: "none" | "sha256";
  /**
   * Globs of entries that are named in the answer and not read, nor anything below them (see `compileExclusion`).
   * Default: none.
   */
  readonly exclude?: readonly string[];
  readonly maxEntries: number;
  /** Of all content that is read, together. */
  readonly maxBytes: number;
}

/** An entry below a directory. */
export interface TreeEntry {
  /** From the directory on: names joined by slashes. */
  readonly path: string;
  readonly found: TreeFinding;
}

/**
 * What an entry is. `unknown` is one that cannot be read, with its own fault: `PermissionDenied`, `IsMountPoint` (another
 * file system is never entered); of such a directory nothing below is in the answer.
 */
export type TreeFinding =
  | { readonly type: "present"; readonly value: FileReading }
  | { readonly type: "unknown"; readonly fault: Fault }
  | { readonly type: "excluded" };

/** What was found at the path of a tree. */
export interface TreeReading {
  readonly entry: FileEntry;
  /** Parents first, the names in a directory sorted. None of what is no directory. */
  readonly entries: readonly TreeEntry[];
}

/** A file to read in chunks. */
export interface FileStreamRequest extends Pick<FileReadRequest, "path" | "followLink"> {
  readonly maxBytes: number;
}

/**
 * Reading files. No call blocks the agent: a FIFO or a device is never opened, a file system that does not answer is
 * a fault in its deadline.
 */
export interface FileReader {
  /**
   * Reads many paths, in slices that leave the loop free. The results are in the order of the requests; each is
   * present, absent, or unknown with its own fault (`PermissionDenied`, `PathUnsafe`, `LoopTooDeep`,
   * `MountUnresponsive`, `HostFailed`): one bad path does not spoil the others.
   * @throws {Fault} Aborted, when the signal says so.
   */
  readMany(
    requests: readonly FileReadRequest[],
    signal: AbortSignal,
  ): Promise<readonly Observation<FileReading>[]>;
  /** `readMany` of one. */
  read(request: FileReadRequest, signal: AbortSignal): Promise<Observation<FileReading>>;
  /**
   * A regular file of any length in chunks, which are read as they are taken; the memory of one is used again for the next.
   * Under the rules of `read`.
   * @throws {Fault} while they are taken: NotFound; ContentTooLarge, above `maxBytes`; what makes a path unknown; Aborted.
   */
  stream(request: FileStreamRequest, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** What a regular file has besides its content; absent when none is there. On a mount of another machine nothing of it is known. */
  details(
    request: Pick<FileReadRequest, "path" | "followLink">,
    signal: AbortSignal,
  ): Promise<Observation<FileDetails>>;
  /** The names in a directory, sorted; absent when there is no such directory. */
  list(path: string, signal: AbortSignal): Promise<Observation<readonly string[]>>;
  /**
   * Reads a directory and everything below it; absent when nothing is at the path. All of the answer is of one tree: each
   * directory is held open while it is read, and is still in its place afterwards; where it was swapped meanwhile,
   * everything is read again. Links below are not followed. Unknown with `ContentTooLarge` above a bound or 64 directories
   * deep, with `HostFailed` for a tree that was swapped each time, and as `read` is.
   */
  readTree(request: TreeReadRequest, signal: AbortSignal): Promise<Observation<TreeReading>>;
}

/** Owner, group and permission bits; what is `undefined` is left as it is. */
export interface FileAttributes {
  readonly uid?: number;
  readonly gid?: number;
  /** 12 bits. */
  readonly mode?: number;
}

/** Content that is made as it is written, so that no more of it is in memory than a chunk. */
export interface StreamedContent {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Gets the SHA-256 of all that was written, as lower-case hex, before `validate`. What it throws stops the write. */
  readonly check?: (sha256: string) => void;
}

/** One durable, atomic write of a regular file. */
export interface FileWriteRequest extends FileAttributes {
  readonly path: string;
  /** The whole new content. Long runs of zeros in what is streamed become holes. */
  readonly content: Uint8Array | StreamedContent;
  /** Write through a symbolic link in the last component, under the rule for links. Default false: the link is `WrongType`. */
  readonly followLink?: boolean;
  /** Unique to this attempt; names the temporary file, so that `discard` can remove it after a crash. */
  readonly attempt: string;
  /**
   * Called with the path of the complete temporary file, before the rename. What it throws stops the write. The name ends
   * like that of the file (`.service`), because tools go by that, and begins with a dot.
   */
  readonly validate?: (temporaryPath: string) => Promise<void>;
  /**
   * The size that the file has after `validate`, where a tool finishes in it what is too large to be given, and syncs it.
   * Default: `validate` changes nothing.
   */
  readonly finishedSizeBytes?: number;
  /**
   * All of the bytes that the content was made from; empty where there was no file. Lines that others append to them until the
   * file is replaced go with it into the new one. After any other change nothing is replaced: ChangedMeanwhile. Default:
   * whatever is there is replaced.
   */
  readonly expects?: Uint8Array;
  /**
   * The file is given back as it was: it gets just these attributes instead of those of the file that it replaces, and this
   * time. Default: it is a new one.
   */
  readonly restores?: FileDetails;
  /** Keep the content that is replaced beside the file, under this suffix (e.g. `.bak`). */
  readonly backupSuffix?: string;
  /** Keep it under this suffix too, where nothing has that name yet: nothing ever replaces that copy. */
  readonly originalSuffix?: string;
}

/** One write over the content of a file that is there. */
export interface FileOverwriteRequest {
  readonly path: string;
  /** The whole new content, of 64 KiB at most; it is written by one call. */
  readonly content: Uint8Array;
}

/** Where a temporary file may be left: beside a path that an attempt wrote. */
export interface TemporaryPlace {
  readonly path: string;
  /** As the write had it: then the file is beside what the link leads to. Default false. */
  readonly followLink?: boolean;
  /** It may be anywhere in the directory at the path, or deeper. Default false. */
  readonly isTree?: boolean;
}

/** A link to make. */
export interface LinkRequest {
  readonly path: string;
  /** Stored as given for a symbolic link; an absolute path inside the root for a hard one. */
  readonly target: string;
  readonly hard: boolean;
  /** Replace whatever non-directory is at `path`, atomically. Without it anything there is `AlreadyExists`. */
  readonly force: boolean;
  readonly attempt: string;
}

/**
 * Writing files. Every call is durable when it resolves: data, attributes and directory entry are on the disk.
 * Faults: `PermissionDenied`, `PathUnsafe`, `ReadOnly`, `DiskFull`, `WrongType`, `AlreadyExists`, `IsMountPoint`,
 * `LoopTooDeep`, `MountUnresponsive`, `NotFound` (a parent is missing), `ChangedMeanwhile`, `HostFailed`, `Aborted`.
 */
export interface FileWriter extends FileReader {
  /**
   * Replaces or makes a regular file: exclusive 0600 temporary file in the same directory, content, owner, mode,
   * fsync, validate, rename, fsync of the directory. Attributes that are `undefined` are those of the file that is
   * replaced, else what the default ACL of the directory gives, without one 0644 less the process's umask, and the process's
   * own ids; a file system that keeps none is fine then. Extended attributes and ACLs are kept.
   */
  write(request: FileWriteRequest, signal: AbortSignal): Promise<void>;
  /**
   * Writes over the content of a regular file in place, by one call: for files that the kernel makes, as those below
   * /proc/sys, which nothing can replace. It makes no file and follows no link, and a loss of power may leave a mixture:
   * everything else is for `write`.
   * @throws {Fault} NotFound, when nothing is there; ValueRefused, when the kernel does not take the content;
   *   ContentTooLarge; PathUnsafe, for a file that others may have linked there.
   */
  overwrite(request: FileOverwriteRequest, signal: AbortSignal): Promise<void>;
  /**
   * Changes owner, group or mode of what is there (`followLink` as for reading), and nothing else: a program keeps its set-id
   * bits and its capabilities.
   */
  setAttributes(
    request: FileAttributes & { readonly path: string; readonly followLink?: boolean },
    signal: AbortSignal,
  ): Promise<void>;
  /** Makes one directory; its parent must exist. Default mode: as for a file, with 0755. */
  makeDirectory(
    request: FileAttributes & { readonly path: string },
    signal: AbortSignal,
  ): Promise<void>;
  makeLink(request: LinkRequest, signal: AbortSignal): Promise<void>;
  /**
   * Removes a file, a link, or an empty directory; absent is fine. `recursive` removes a tree, never following a link
   * and never crossing into another file system; what cannot be removed keeps nothing else from it.
   * @throws {Fault} DirectoryNotEmpty, without `recursive`; of what is left of a tree the first fault, with the first few
   *   names and how many there are.
   */
  remove(
    request: { readonly path: string; readonly recursive?: boolean },
    signal: AbortSignal,
  ): Promise<void>;
  /** Removes the temporary file that `attempt` left behind at a place when it was killed; none is fine. */
  discard(
    request: TemporaryPlace & { readonly attempt: string },
    signal: AbortSignal,
  ): Promise<void>;
}
