import type { CommandResult, Watch } from "@holdfast/core";

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

/** Who takes what the monitor writes. */
export interface MonitorOutput {
  readonly lines: (chunk: Uint8Array) => void;
  /** It could not show something. */
  readonly complaints: (chunk: Uint8Array) => void;
}
