import type { CommandResult, Watch } from "@holdfast/core";
import type { MonitorOutput } from "../processes/netlink-monitor.ts";

/** What the firewall needs of a machine. */
export interface FirewallSystem {
  /** False under another root, where nothing filters. */
  readonly isLive: boolean;
  /**
   * Runs nft(8) with these words, and this text to read.
   * @throws {Fault} NotPrivileged, CommandNotFound, CommandTimeout, HostFailed, Aborted.
   */
  run(run: NftRun, signal: AbortSignal): Promise<CommandResult>;
  /**
   * Runs `nft monitor` and resolves when the kernel tells it of every change.
   * @throws {Fault} as `run`; WatchFailed.
   */
  monitor(output: MonitorOutput, signal: AbortSignal): Promise<Watch>;
}

/** One run of nft. */
export interface NftRun {
  readonly words: readonly string[];
  readonly stdin?: string;
}
