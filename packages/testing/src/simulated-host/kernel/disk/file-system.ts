import { createInode, type Inode, type SimulatedFileSystem } from "./inode.ts";

/** What a file system is made with. */
export interface FileSystemOptions {
  readonly device: number;
  /** Default `ext4`. */
  readonly type?: string;
  /** Default: no end. */
  readonly capacityBytes?: number;
}

/** An empty file system; its root belongs to root, mode 0755. */
export function createFileSystem(options: FileSystemOptions): SimulatedFileSystem {
  const blank: Omit<SimulatedFileSystem, "root"> = {
    device: options.device,
    type: options.type ?? "ext4",
    capacityBytes: options.capacityBytes ?? Number.POSITIVE_INFINITY,
    usedBytes: 0,
    isReadOnly: false,
    isResponsive: true,
    lastInode: 1,
    lastModifiedNs: 1_000_000_000_000_000_000n,
  };
  return withRoot(blank);
}

function withRoot(blank: Omit<SimulatedFileSystem, "root">): SimulatedFileSystem {
  const fileSystem: Omit<SimulatedFileSystem, "root"> & { root?: Inode } = blank;
  const root = createInode(asWhole(fileSystem), { type: "directory", mode: 0o755, uid: 0, gid: 0 });
  root.linkCount = 2;
  return Object.assign(asWhole(fileSystem), { root });
}

/** The root needs its file system and the file system its root; this is the one moment without the latter. */
function asWhole(fileSystem: Omit<SimulatedFileSystem, "root">): SimulatedFileSystem {
  return fileSystem as SimulatedFileSystem;
}
