import type { Watch } from "../paths.ts";

/** One file system as it is mounted now, from mountinfo (proc(5)). */
export interface Mounted {
  /** Of the mount; `parentId` is that of the mount which it is on. */
  readonly id: number;
  readonly parentId: number;
  /** `major:minor`: what has the same is the same file system. */
  readonly device: string;
  /** The directory of the file system that is shown: `/`, or a part of it for a bind mount. */
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  /** A device, `server:/path`, or any word for a file system that needs none. */
  readonly source: string;
  /** Of this mount: `rw`, `nosuid` … */
  readonly options: readonly string[];
  /** Of the file system, wherever it is mounted: `rw`, `size=64k` … */
  readonly fileSystemOptions: readonly string[];
  /** The file behind a loop device; absent for everything else. */
  readonly backingFile?: string;
}

/** An area that is swapped to now. */
export interface ActiveSwap {
  /** A device or a file. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Negative: the kernel chose it. */
  readonly priority: number;
}

/** What is mounted and swapped to, as of one moment. */
export interface MountState {
  /** False under another root: nothing of it is mounted here, so the lists are empty and say nothing. */
  readonly isLive: boolean;
  /** In the order in which the kernel has them. */
  readonly mounts: readonly Mounted[];
  readonly swaps: readonly ActiveSwap[];
  /**
   * The devices that names stand for, `UUID=…` and links below /dev alike: of the sources that were asked for and of all that
   * is mounted. A name that stands for nothing now is not in it, nor is one that is no device.
   */
  readonly devices: ReadonlyMap<string, string>;
}

/** What is on a swap area: nothing yet, swap space, or other data that may be needed. */
export type SwapContent = "blank" | "swap" | "other";

/** Observing mounts. No call touches a mounted file system: one whose server is dead delays no caller. */
export interface MountReader {
  /**
   * Reads all mounts and swap areas once, and what `sources` stand for.
   * @throws {Fault} HostFailed, PermissionDenied, Aborted.
   */
  read(sources: readonly string[], signal: AbortSignal): Promise<MountState>;
  /**
   * What is on a device or a regular file that is no active swap area.
   * @throws {Fault} SwapFailed, when that cannot be found out; CommandNotFound; CommandTimeout; Aborted.
   */
  swapContent(path: string, signal: AbortSignal): Promise<SwapContent>;
  /**
   * Resolves when live: each mount, remount and unmount after that is hinted. The kernel reports nothing about swap
   * areas here.
   * @throws {Fault} WatchFailed; Aborted.
   */
  watch(hear: (trigger: string) => void, signal: AbortSignal): Promise<Watch>;
}

/** A file system to mount. */
export interface MountRequest {
  /** A device, a tag such as `UUID=…`, a directory to bind, a server's path. */
  readonly source: string;
  readonly mountPoint: string;
  /** `undefined`: mount(8) finds out; also for bind mounts. */
  readonly type?: string;
  /** As in fstab, with `bind` or `rbind` among them for a bind mount. */
  readonly options: readonly string[];
}

/** An area to swap to. */
export interface SwapRequest {
  readonly path: string;
  /** From 0 to 32767. `undefined`: the kernel chooses. */
  readonly priority?: number;
}

/**
 * Changing mounts, by the machine's own mount(8) and its like, each with a deadline.
 *
 * Faults of all: NotPrivileged, MountsUnavailable (under another root), CommandNotFound, CommandTimeout, HostFailed, Aborted.
 */
export interface MountWriter extends MountReader {
  /** Mounts on top of an existing mount: observe first. @throws {Fault} MountFailed. */
  mount(request: MountRequest, signal: AbortSignal): Promise<void>;
  /**
   * Gives a mount that is there other options; those of the mount itself that are left out get the kernel's default.
   * @throws {Fault} MountFailed.
   */
  remount(request: MountRequest, signal: AbortSignal): Promise<void>;
  /**
   * Unmounts the topmost mount of a point; none is fine. `force` detaches what is in use at once: who has something open in
   * it keeps that, and no path leads to it any more.
   * @throws {Fault} MountBusy, with who uses it as far as that can be seen.
   */
  unmount(
    request: { readonly mountPoint: string; readonly force: boolean },
    signal: AbortSignal,
  ): Promise<void>;
  /** @throws {Fault} SwapFailed. */
  swapOn(request: SwapRequest, signal: AbortSignal): Promise<void>;
  /** An area that is not swapped to is fine. @throws {Fault} SwapFailed, e.g. without memory for what is in it. */
  swapOff(path: string, signal: AbortSignal): Promise<void>;
  /**
   * Makes swap space of a device or a file, whatever is on it. `path` is the machine's, as `FileWriteRequest.validate` gets it;
   * with `sizeBytes` the file gets that size first, without holes. It is on the disk when this resolves.
   * @throws {Fault} SwapFailed; DiskFull is among its words.
   */
  formatSwap(
    request: { readonly path: string; readonly sizeBytes?: number },
    signal: AbortSignal,
  ): Promise<void>;
}

/**
 * The mount that a path is on, found as the kernel walks: what is mounted above hides what was mounted below it before.
 * `undefined` where not even `/` is mounted. The path has no links in it.
 */
export function mountAt(mounts: readonly Mounted[], path: string): Mounted | undefined {
  let current = mounts.find(({ mountPoint }) => mountPoint === "/");
  for (let steps = 0; current !== undefined && steps < mounts.length; steps++) {
    const next = nextOnTheWay(mounts, current, path);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

/** Whether a path is at or below another. */
export function isWithinPath(path: string, top: string): boolean {
  return top === "/" || path === top || path.startsWith(`${top}/`);
}

function nextOnTheWay(
  mounts: readonly Mounted[],
  { id }: Mounted,
  path: string,
): Mounted | undefined {
  let next: Mounted | undefined;
  for (const mount of mounts) {
    if (mount.parentId !== id || mount.id === id || !isWithinPath(path, mount.mountPoint)) continue;
    if (next === undefined || mount.mountPoint.length <= next.mountPoint.length) next = mount;
  }
  return next;
}
