/**
 * The system calls that file access is written over. There are two implementations: the real one (`realFileCalls`)
 * and the simulated kernel of `@holdfast/testing`; the algorithms above them are the same.
 *
 * A *handle* is a small number, as the kernel's. Names are single components, looked up in the directory of a handle
 * and never followed when they are symbolic links; one that is no UTF-8 is as `decodeName` gives it. Every failure is an
 * `Error` with an errno word in `code`.
 */
export interface FileCalls extends ImmediateCalls, WaitingCalls {
  /** Who is calling, as far as defaults and rules depend on it. */
  identity(): CallerIdentity;
  /** How many handles may be open at once, all of this process together; `Infinity` where nobody says. */
  openFileLimit(): number;
  /** The text of `/proc/self/mountinfo`. */
  mountInfo(): string;
  /** Extended attributes; `undefined` where they cannot be reached. Loaded when first asked for. */
  loadAttributes(): Promise<ExtendedAttributes | undefined>;
  /** Likewise: whether somebody has a file open for writing. */
  loadWriterCheck(): Promise<WriterCheck | undefined>;
}

/** True while another program has an open file that has no name any more open for writing. It answers at once. */
export type WriterCheck = (file: number) => boolean;

/** The process's effective ids and its umask. */
export interface CallerIdentity {
  readonly uid: number;
  readonly gid: number;
  readonly umask: number;
}

/** What `lstat` and `fstat` give, in the kernel's words; Node's `Stats` is one. */
export interface FileStat {
  /** With the type bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly dev: number;
  readonly ino: number;
  readonly nlink: number;
}

/** Calls that answer at once; only for file systems of this machine. */
export interface ImmediateCalls {
  /** A path handle (O_PATH) on a directory named by a path of the machine, links followed: its namer vouches for it. */
  openRoot(path: string): number;
  /** A path handle (O_PATH) on a directory; ENOTDIR for anything else, a link included. */
  openDirectory(directory: number, name: string): number;
  /** A path handle (O_PATH) on whatever is there, itself: opening it wakes no device and follows no link. */
  openPath(directory: number, name: string): number;
  /** For reading: O_NOFOLLOW and O_NONBLOCK. ELOOP for a link. */
  openFile(directory: number, name: string): number;
  /** `lstat`; `undefined` when there is nothing. `.` is the directory itself. */
  lookup(directory: number, name: string): FileStat | undefined;
  stat(handle: number): FileStat;
  /** When it was modified last, nanoseconds since 1970. */
  modifiedNs(handle: number): bigint;
  /** Bytes read from `position`, 0 at the end. */
  readNow(file: number, into: Uint8Array, range: ByteRange): number;
  readLink(directory: number, name: string): string;
  /** The machine's path of what a handle stands for. */
  pathOf(handle: number): string;
  close(handle: number): void;
}

/** Where in the buffer and where in the file. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
  readonly position: number;
}

/** Calls that may wait for a disk. */
export interface WaitingCalls {
  read(file: number, into: Uint8Array, range: ByteRange): Promise<number>;
  /** O_CREAT|O_EXCL|O_NOFOLLOW for writing. */
  create(directory: number, name: string, mode: number): Promise<number>;
  /** Bytes written, which may be fewer than asked. */
  write(file: number, from: Uint8Array, range: ByteRange): Promise<number>;
  /** Adds bytes at the end of what a path handle on a regular file stands for (O_APPEND); how many, fewer when it is full. */
  append(handle: number, bytes: Uint8Array): Promise<number>;
  /** Cuts or grows an open file. */
  truncate(file: number, sizeBytes: number): Promise<void>;
  /** For writing: what a path handle on a regular file stands for, opened again, so that it cannot be another file. */
  openToWrite(handle: number): Promise<number>;
  /** `fsync` of an open file. */
  sync(file: number): Promise<void>;
  /** `fsync` of what a path handle stands for: a directory or a regular file, opened again for it. */
  syncPath(handle: number): Promise<void>;
  /** By handle, path handles too. An id of -1 stays as it is. */
  chown(handle: number, uid: number, gid: number): Promise<void>;
  chmod(handle: number, mode: number): Promise<void>;
  /** `lchown`. */
  chownLink(directory: number, name: string, owner: OwnerIds): Promise<void>;
  rename(from: Place, to: Place): Promise<void>;
  /** A hard link; a symbolic link at `from` is linked itself. */
  link(from: Place, to: Place): Promise<void>;
  symlink(target: string, directory: number, name: string): Promise<void>;
  unlink(directory: number, name: string): Promise<void>;
  makeDirectory(directory: number, name: string, mode: number): Promise<void>;
  removeDirectory(directory: number, name: string): Promise<void>;
  /** Names without `.` and `..`, in no order; of more than `most` only so many. */
  list(directory: number, most: number): Promise<readonly string[]>;
}

/** A name in an open directory. */
export interface Place {
  readonly directory: number;
  readonly name: string;
}

/** Both ids; -1 stays as it is. */
export interface OwnerIds {
  readonly uid: number;
  readonly gid: number;
}

/** Extended attributes, ACLs among them (`system.posix_acl_access`). They answer at once. */
export interface ExtendedAttributes {
  /** Names; empty where the file system knows none. */
  list(directory: number, name: string): readonly string[];
  get(directory: number, name: string, attribute: string): Uint8Array;
  /** By handle, path handles too; `undefined` where there is none. */
  getOf(handle: number, attribute: string): Uint8Array | undefined;
  /** By handle, path handles too. */
  set(file: number, attribute: string, value: Uint8Array): void;
  /** When it was modified last, to the nanosecond: what Node has for that rounds. By handle. */
  setModified(file: number, modifiedNs: bigint): void;
}
