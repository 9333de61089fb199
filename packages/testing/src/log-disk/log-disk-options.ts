import type { LogCalls, LogFileCalls } from "@holdfast/daemonkit/appendlog";

/** What a call does when its number comes. */
export type LogInjection = "none" | "power-lost" | "fails-once" | "fails-always";

/** How a simulated disk behaves. */
export interface LogDiskOptions {
  /** Default `none`. */
  readonly injection?: LogInjection;
  /** The number of the call that it befalls, from 1. */
  readonly atCall?: number;
  /** How much one write takes at most; a real one may stop anywhere. Default: all of it. */
  readonly longestWriteBytes?: number;
  /** Called before each call; what it throws, the call throws, and while it waits, the call waits. */
  readonly before?: (call: LogCall) => Promise<void> | void;
}

/** A disk on which a write of more than some lines stops on the way. */
export const SHORT_WRITES: LogDiskOptions = { longestWriteBytes: 100 };

/** What is done to the disk. */
export type LogCall = Exclude<keyof LogCalls | keyof LogFileCalls, "close">;
