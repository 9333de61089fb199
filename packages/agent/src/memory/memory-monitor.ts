import type { Clock } from "@holdfast/core";
import { type Monitor, sleep } from "@holdfast/daemonkit";

/** What the monitor reads and does. */
export interface MemoryOptions {
  readonly clock: Clock;
  /** What the process holds in memory now, in bytes. */
  readonly residentBytes: () => number;
  /** Nothing is being worked on, so that nothing waits while memory is given back. */
  readonly isIdle: () => boolean;
  /** Gives back what is free; returns what could not be, and why. Takes some 50 ms of the loop. */
  readonly release: () => Promise<readonly Error[]>;
}

/** By then the first pass of most hosts is over. */
const FIRST_MS = 5_000;
const BETWEEN_MS = 60_000;
/** Less than this is not worth standing still for. */
const WORTHWHILE_BYTES = 16 * 1024 * 1024;

/**
 * Gives memory back to the system after a burst of work: the first pass, a new manifest, a burst of drift. V8 would keep
 * what that took for as long as the agent has little to do, which is nearly always.
 */
export function memoryMonitor(options: MemoryOptions): Monitor {
  const { clock, residentBytes, isIdle, release } = options;
  return {
    name: "memory",
    async run({ log }, signal) {
      let restingBytes = 0;
      await sleep(clock, FIRST_MS, signal);
      while (!signal.aborted) {
        if (isIdle() && residentBytes() - restingBytes >= WORTHWHILE_BYTES) {
          for (const { message } of await release()) log.debug("memory is kept", { message });
          restingBytes = residentBytes();
        }
        await sleep(clock, BETWEEN_MS, signal);
      }
    },
  };
}
