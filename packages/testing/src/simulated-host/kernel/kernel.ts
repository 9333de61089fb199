import type { Random } from "@holdfast/core";
import type { FileCalls } from "@holdfast/host";
import type { ChangeFeed } from "./changes.ts";
import { diskAfterCrash } from "./disk/crash.ts";
import { errnoError } from "./errno.ts";
import { createFileSystem } from "./disk/file-system.ts";
import { contentCalls } from "./calls/content-calls.ts";
import { entryCalls } from "./calls/entry-calls.ts";
import { extendedAttributeCalls } from "./calls/extended-attribute-calls.ts";
import { immediateCalls } from "./calls/immediate-calls.ts";
import { ownershipCalls } from "./calls/ownership-calls.ts";
import type { Injection } from "./injection.ts";
import { createInspection, type Inspection } from "./inspect.ts";
import type { EntryName, SimulatedFileSystem } from "./disk/inode.ts";
import { entriesOnPath, lookupPath } from "./lookup.ts";
import { Machine } from "./machine.ts";
import type { Credentials } from "./permission.ts";
import { createTamper, syncEverything, type Tamper } from "./tamper.ts";

const ROOT: Credentials = { uid: 0, gid: 0 };

/** What a simulated kernel is made with. */
export interface SimulatedKernelOptions {
  /** Space on the first disk. Default: no end. */
  readonly capacityBytes?: number;
  /** When a call that may wait takes effect. Default: `queueMicrotask`. A seeded queue gives other interleavings. */
  readonly schedule?: (run: () => void) => void;
  /** Extended attributes can be reached. Default true. */
  readonly hasExtendedAttributes?: boolean;
}

/** One mount to make. */
export interface MountOptions {
  /** A new disk of this type (default `ext4`) and size, one that is there, or what is at another path shown again. */
  readonly source:
    | { readonly type: "disk"; readonly fileSystemType?: string; readonly capacityBytes?: number }
    | { readonly type: "file-system"; readonly fileSystem: SimulatedFileSystem }
    | { readonly type: "bind"; readonly path: string };
  readonly isReadOnly?: boolean;
  /** What whoever mounts it calls it. Default `simulated`, or for a bind mount that of what it shows. */
  readonly name?: string;
  /** Of the mount, besides `ro`: `nosuid` and its like. Default: none. */
  readonly options?: readonly string[];
}

/** A kernel with disks in memory: the system calls of `FileCalls`, and everything that happens to machines. */
export interface SimulatedKernel {
  /** The calls as root makes them. */
  readonly calls: FileCalls;
  /** The calls of somebody else. */
  callsAs(caller: Credentials): FileCalls;
  readonly tamper: Tamper;
  readonly inspect: Inspection;
  /** Planned failures: errnos, hangs, the end of the machine. */
  readonly injection: Injection;
  /** The events of listeners on directories. */
  readonly changes: ChangeFeed;
  /** The directory entries that a path is reached through, as of now. */
  entriesOnPath(path: string): readonly EntryName[];
  /** Calls that changed something or made it durable so far, e.g. `rename motd`. */
  readonly callLog: readonly string[];
  /** Names of FIFOs and devices that were opened for reading. */
  readonly specialOpens: readonly string[];
  /** Handles that are open now. */
  openHandles(): number;
  mount(path: string, options: MountOptions): void;
  /** The topmost mount of a path. */
  unmount(path: string): void;
  /** Gives the topmost mount of a path other options. */
  remount(path: string, to: Required<Pick<MountOptions, "isReadOnly" | "options">>): void;
  /** A disk that is not mounted yet. */
  makeDisk(fileSystemType: string): SimulatedFileSystem;
  /** Calls after each mount, remount and unmount, as poll(2) of mountinfo tells; the returned function ends it. */
  onMounts(hear: () => void): () => void;
  /** The file system at a path: make it read-only, full, or dead. */
  fileSystemAt(path: string): SimulatedFileSystem;
  /** Everything becomes durable. */
  sync(): void;
  /**
   * The machine that comes up after this one lost power now: its first disk holds what was synced and, with `random`,
   * any part of what was not. Mounts are not made again.
   */
  crash(random?: Random): SimulatedKernel;
  /**
   * The machine as it goes on after every process on it was killed now: its first disk as it is, nothing lost, no handle
   * open. Calls of the processes that were killed never end.
   */
  killAll(): SimulatedKernel;
}

/** A machine with one empty disk. */
export function createSimulatedKernel(options: SimulatedKernelOptions = {}): SimulatedKernel {
  const { capacityBytes } = options;
  const disk = createFileSystem({
    device: 1,
    ...(capacityBytes === undefined ? {} : { capacityBytes }),
  });
  return kernelOn(disk, options);
}

function kernelOn(disk: SimulatedFileSystem, options: SimulatedKernelOptions): SimulatedKernel {
  const machine = new Machine(disk, options.schedule ?? queueMicrotask);
  const callsAs = (caller: Credentials): FileCalls => createCalls(machine, caller, options);
  return {
    calls: callsAs(ROOT),
    callsAs,
    tamper: createTamper(machine),
    inspect: createInspection(machine),
    injection: machine.injection,
    changes: machine.changes,
    entriesOnPath: (path) => entriesOnPath(machine, path),
    callLog: machine.callLog,
    specialOpens: machine.specialOpens,
    openHandles: () => machine.openHandles,
    mount: (path, mountOptions) => mount(machine, path, mountOptions),
    unmount: (path) => machine.mounts.remove(path),
    remount: (path, to) => machine.mounts.change(path, to),
    makeDisk: (type) => createFileSystem({ device: machine.takeDevice(), type }),
    onMounts: (hear) => machine.mounts.listen(() => machine.schedule(hear)),
    fileSystemAt: (path) => sightAt(machine, path).mount.fileSystem,
    sync: () => syncEverything(machine),
    crash: (random) => kernelOn(diskAfterCrash(disk, random), options),
    killAll() {
      machine.injection.stop();
      return kernelOn(disk, options);
    },
  };
}

function createCalls(
  machine: Machine,
  caller: Credentials,
  options: SimulatedKernelOptions,
): FileCalls {
  const { uid, gid, umask = 0o022 } = caller;
  return {
    ...immediateCalls(machine, caller),
    ...contentCalls(machine, caller),
    ...entryCalls(machine, caller),
    ...ownershipCalls(machine, caller),
    identity: () => ({ uid, gid, umask }),
    openFileLimit: () => Number.POSITIVE_INFINITY,
    mountInfo: () => machine.mounts.text(),
    loadAttributes: async () =>
      options.hasExtendedAttributes === false ? undefined : extendedAttributeCalls(machine, caller),
    // Nobody on it has a file open for longer than it takes to write it.
    loadWriterCheck: async () => undefined,
  };
}

function mount(machine: Machine, path: string, mountOptions: MountOptions): void {
  const point = sightAt(machine, path);
  const { source, isReadOnly = false, options = [], name } = mountOptions;
  if (source.type === "bind") {
    const shown = sightAt(machine, source.path);
    const { fileSystem } = shown.inode;
    const { path: top, shownRoot: base } = shown.mount;
    const below = top === "/" ? source.path : source.path.slice(top.length);
    const shownRoot = (base === "/" ? below : base + below) || "/";
    const named = name ?? shown.mount.source;
    const own = { path, isReadOnly, options, shownRoot, source: named };
    machine.mounts.add(point, { ...own, root: shown.inode, fileSystem });
    return;
  }
  const fileSystem = source.type === "disk" ? newDisk(machine, source) : source.fileSystem;
  const own = { path, isReadOnly, options, shownRoot: "/", source: name ?? "simulated" };
  machine.mounts.add(point, { ...own, root: fileSystem.root, fileSystem });
}

function newDisk(
  machine: Machine,
  { fileSystemType, capacityBytes }: Extract<MountOptions["source"], { type: "disk" }>,
): SimulatedFileSystem {
  return createFileSystem({
    device: machine.takeDevice(),
    ...(fileSystemType === undefined ? {} : { type: fileSystemType }),
    ...(capacityBytes === undefined ? {} : { capacityBytes }),
  });
}

function sightAt(machine: Machine, path: string): NonNullable<ReturnType<typeof lookupPath>> {
  const sight = lookupPath(machine, path, { followLink: true });
  if (sight === undefined) throw errnoError("ENOENT", `find ${path}`);
  return sight;
}
