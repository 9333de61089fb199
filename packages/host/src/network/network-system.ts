import type { CommandResult, Watch } from "@holdfast/core";
import type { MonitorOutput } from "../processes/netlink-monitor.ts";

/** What the network needs of a machine. */
export interface NetworkSystem {
  /** False under another root, whose network is not the kernel's. */
  readonly isLive: boolean;
  /**
   * Runs a program.
   * @throws {Fault} NotPrivileged, CommandNotFound, CommandTimeout, HostFailed, Aborted.
   */
  run(run: ProgramRun, signal: AbortSignal): Promise<CommandResult>;
  /**
   * Runs `ip monitor` and resolves when the kernel tells it of every change.
   * @throws {Fault} as `run`; WatchFailed.
   */
  monitor(output: MonitorOutput, signal: AbortSignal): Promise<Watch>;
}

/** One run of ip(8), ss(8), networkctl(1) or systemctl(1). */
export interface ProgramRun {
  readonly program: "ip" | "ss" | "networkctl" | "systemctl";
  readonly words: readonly string[];
  readonly stdin?: string;
}
