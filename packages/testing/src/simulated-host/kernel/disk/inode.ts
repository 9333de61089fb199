import type { FileType } from "@holdfast/core";
import type { FileStat } from "@holdfast/host";

/** What every name of one thing leads to. It changes: it is the disk. */
export interface Inode {
  readonly number: number;
  readonly fileSystem: SimulatedFileSystem;
  readonly type: FileType;
  /** 12 bits. */
  mode: number;
  uid: number;
  gid: number;
  linkCount: number;
  /** Of a regular file; what lies beyond up to `sizeBytes` is zeros, as in a sparse file. */
  bytes: Uint8Array;
  sizeBytes: number;
  /** Of a symbolic link. */
  readonly target: string;
  /** Of a directory. */
  readonly entries: Map<string, Inode>;
  readonly attributes: Map<string, Uint8Array>;
  modifiedNs: bigint;
  /** The names it has, for notifications. */
  readonly names: Set<EntryName>;
  /** Handles that are open on it; it stays without a name until the last is closed. */
  openCount: number;
  /** What is on the disk, and what is not yet. */
  readonly durable: DurableImage;
  readonly pending: PendingChange[];
}

/** One entry of one directory. */
export interface EntryName {
  readonly directory: Inode;
  readonly name: string;
}

/** One simulated disk. */
export interface SimulatedFileSystem {
  readonly device: number;
  /** As mountinfo names it, e.g. `ext4` or `nfs4`. */
  readonly type: string;
  readonly capacityBytes: number;
  usedBytes: number;
  isReadOnly: boolean;
  /** Its own options as mountinfo shows them, besides `ro` and `rw`. Default: none. */
  shownOptions?: readonly string[];
  /** A file system that is not never answers again. */
  isResponsive: boolean;
  lastInode: number;
  /** Rises with everything that is modified; it stands for the time. */
  lastModifiedNs: bigint;
  root: Inode;
}

/** What of an inode is on the disk. */
export interface DurableImage {
  mode: number;
  uid: number;
  gid: number;
  bytes: Uint8Array;
  sizeBytes: number;
  entries: Map<string, Inode>;
  attributes: Map<string, Uint8Array>;
  modifiedNs: bigint;
}

/** What a change is about: `fdatasync` commits data, `fsync` all of an inode's. */
export type Aspect = "data" | "attributes" | "entries";

/** A change that is in memory and not yet on the disk. */
export interface PendingChange {
  readonly aspect: Aspect;
  /** Shared by the two halves of a rename between directories: both or none. */
  readonly fate: Fate;
  /** Repeats the change on an image; `kept` of a write's bytes, where a crash tears it. */
  redo(image: DurableImage, kept: number): void;
  /** How many bytes it writes; 0 where it cannot be torn. */
  readonly sizeBytes: number;
}

/** Whether a change is certain to survive. */
export interface Fate {
  isDurable: boolean;
}

/** What a new inode is made with. */
export interface InodeSeed {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly target?: string;
}

/** A new inode without a name. */
export function createInode(fileSystem: SimulatedFileSystem, seed: InodeSeed): Inode {
  const { type, mode, uid, gid, target = "" } = seed;
  fileSystem.lastInode += 1;
  fileSystem.lastModifiedNs += 1n;
  const { lastModifiedNs: modifiedNs } = fileSystem;
  return {
    number: fileSystem.lastInode,
    fileSystem,
    type,
    mode,
    uid,
    gid,
    linkCount: 0,
    bytes: new Uint8Array(0),
    sizeBytes: 0,
    target,
    entries: new Map(),
    attributes: new Map(),
    modifiedNs,
    names: new Set(),
    openCount: 0,
    durable: {
      mode,
      uid,
      gid,
      bytes: new Uint8Array(0),
      sizeBytes: 0,
      entries: new Map(),
      attributes: new Map(),
      modifiedNs,
    },
    pending: [],
  };
}

const TYPE_BITS: Readonly<Record<FileType, number>> = {
  file: 0o100000,
  directory: 0o040000,
  link: 0o120000,
  fifo: 0o010000,
  socket: 0o140000,
  "block-device": 0o060000,
  "character-device": 0o020000,
};

/** As `lstat` tells it. A directory has two links and one more for each directory in it. */
export function statOf(inode: Inode): FileStat {
  return {
    mode: TYPE_BITS[inode.type] | inode.mode,
    uid: inode.uid,
    gid: inode.gid,
    size: inode.type === "link" ? Buffer.byteLength(inode.target) : inode.sizeBytes,
    dev: inode.fileSystem.device,
    ino: inode.number,
    nlink: inode.linkCount,
  };
}
