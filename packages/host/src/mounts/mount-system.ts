import type { CommandResult, Watch } from "@holdfast/core";

/** The programs that mount and swap (util-linux), and `sync` of coreutils. */
export type MountTool =
  | "mount"
  | "umount"
  | "swapon"
  | "swapoff"
  | "mkswap"
  | "blkid"
  | "fallocate"
  | "sync";

/** One run of such a program. */
export interface MountToolRun {
  readonly tool: MountTool;
  readonly options: readonly string[];
  /** What it works on. Absolute paths are inside the root, unless they are the machine's. */
  readonly operands: readonly string[];
  /** Default false. */
  readonly isOnMachine?: boolean;
  /** After this it is killed. */
  readonly timeoutMs: number;
}

/** Who uses a mounted file system. */
export interface MountHolder {
  readonly pid: number;
  readonly program: string;
}

/** What the algorithms of mounts need of a machine: of this one, or of a simulated one. */
export interface MountSystem {
  /** False under another root, where nothing is mounted. */
  readonly isLive: boolean;
  /** The text of mountinfo now, with the mount points as the root has them. */
  mountInfo(): Promise<string>;
  /** The text of /proc/swaps now; empty for a kernel that cannot swap. */
  swaps(): Promise<string>;
  /** @throws {Fault} CommandNotFound, CommandTimeout, NotPrivileged, HostFailed, Aborted. */
  run(run: MountToolRun, signal: AbortSignal): Promise<CommandResult>;
  /** Processes that have something at or below the point open, as far as that can be seen; a few are enough. */
  holdersOf(mountPoint: string): Promise<readonly MountHolder[]>;
  /** Resolves when live. @throws {Fault} WatchFailed, Aborted. */
  watch(hear: () => void, signal: AbortSignal): Promise<Watch>;
}
