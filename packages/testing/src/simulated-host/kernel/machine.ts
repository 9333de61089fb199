import { ChangeFeed } from "./changes.ts";
import { releaseIfUnused } from "./disk/operations.ts";
import { errnoError } from "./errno.ts";
import { Injection } from "./injection.ts";
import type { EntryName, Inode, SimulatedFileSystem } from "./disk/inode.ts";
import { MountPoints, type SimulatedMount } from "./mounts.ts";
import { type Credentials, demand } from "./permission.ts";

const LONGEST_NAME_BYTES = 255;

/** What a handle stands for. */
export interface OpenHandle {
  readonly inode: Inode;
  readonly mount: SimulatedMount;
  readonly access: "path" | "read" | "write";
}

/** An inode as seen through a mount. */
export interface Sight {
  readonly inode: Inode;
  readonly mount: SimulatedMount;
}

/** A name looked up in an open directory. */
export interface Lookup extends EntryName {
  readonly mount: SimulatedMount;
  /** What the name leads to, on top of all mounts; `undefined` when it is free. */
  readonly found: Sight | undefined;
  /** The entry itself, below what may be mounted on it. */
  readonly entry: Inode | undefined;
}

/** The memory of the simulated kernel: disks, mounts, open handles, and what is planned to go wrong. */
export class Machine {
  readonly mounts: MountPoints;
  readonly changes: ChangeFeed;
  readonly injection = new Injection();
  /** Names of calls that changed something or made it durable, in their order, e.g. `rename motd`. */
  readonly callLog: string[] = [];
  /** Paths' names of FIFOs, devices and sockets that were opened for reading: there should be none. */
  readonly specialOpens: string[] = [];
  readonly schedule: (run: () => void) => void;
  readonly #handles = new Map<number, OpenHandle>();
  #nextDevice = 2;

  constructor(disk: SimulatedFileSystem, schedule: (run: () => void) => void) {
    this.mounts = new MountPoints({
      path: "/",
      root: disk.root,
      fileSystem: disk,
      isReadOnly: false,
      shownRoot: "/",
      source: "simulated",
      options: [],
    });
    this.schedule = schedule;
    this.changes = new ChangeFeed(schedule);
  }

  get openHandles(): number {
    return this.#handles.size;
  }

  takeDevice(): number {
    return this.#nextDevice++;
  }

  open({ inode, mount }: Sight, access: OpenHandle["access"]): number {
    let number = 3;
    while (this.#handles.has(number)) number += 1;
    inode.openCount += 1;
    this.#handles.set(number, { inode, mount, access });
    return number;
  }

  /** @throws EBADF. */
  handle(number: number, call: string): OpenHandle {
    const handle = this.#handles.get(number);
    if (handle === undefined) throw errnoError("EBADF", call);
    return handle;
  }

  /** @throws EBADF. */
  close(number: number): void {
    const { inode } = this.handle(number, "close");
    this.#handles.delete(number);
    inode.openCount -= 1;
    releaseIfUnused(inode);
  }

  /** Looks a name up as the kernel does. @throws EBADF, ENOTDIR, EACCES, ENAMETOOLONG. */
  observe(directory: number, name: string, caller: Credentials, call: string): Lookup {
    const { inode, mount } = this.enter(directory, caller, call);
    // In a directory that was removed nothing is looked up any more.
    const isTooLong = Buffer.byteLength(name) > LONGEST_NAME_BYTES;
    if (isTooLong && inode.linkCount > 0) throw errnoError("ENAMETOOLONG", call);
    if (name.includes("/") || name === "..") throw new Error(`assertion failed: name ${name}`);
    if (name === ".")
      return { directory: inode, name, mount, entry: inode, found: { inode, mount } };
    const entry = inode.entries.get(name);
    const found = entry === undefined ? undefined : this.onTop({ inode: entry, mount });
    return { directory: inode, name, mount, entry, found };
  }

  /** The directory of a handle, to look up names in. @throws EBADF, ENOTDIR, EACCES. */
  enter(directory: number, caller: Credentials, call: string): Sight {
    const sight = this.handle(directory, call);
    if (sight.inode.type !== "directory") throw errnoError("ENOTDIR", call);
    demand(sight.inode, caller, 1, call);
    return sight;
  }

  /** What is seen at an inode, through everything mounted on it. */
  onTop(sight: Sight): Sight {
    const cover = this.mounts.coveringOf(sight.inode);
    return cover === undefined ? sight : { inode: cover.root, mount: cover };
  }

  /** @throws EROFS. */
  demandWritable(mount: SimulatedMount, call: string): void {
    if (mount.isReadOnly || mount.fileSystem.isReadOnly) throw errnoError("EROFS", call);
  }

  /** An entry may be made here. @throws EEXIST, EROFS, ENOENT, EACCES, in the kernel's order. */
  demandFree(observed: Lookup, caller: Credentials, call: string): void {
    if (observed.entry !== undefined) throw errnoError("EEXIST", call);
    this.demandWritable(observed.mount, call);
    if (observed.directory.linkCount === 0) throw errnoError("ENOENT", call);
    demand(observed.directory, caller, 3, call);
  }

  /** True for what others are mounted on, which cannot be renamed or removed. */
  isCovered(inode: Inode): boolean {
    return this.mounts.coveringOf(inode) !== undefined;
  }
}
