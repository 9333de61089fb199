import type { Fault } from "@holdfast/core";
import { DaemonFault, type Monitor } from "@holdfast/daemonkit";

/** Reads the source again when it is asked to, one time after the other. */
export interface Sources {
  readonly monitor: Monitor;
  /** Asks; resolves when the source was read, whether it is good or broken, or reading has ended. */
  reload(): Promise<void>;
}

/** A reload that was asked for. */
interface Asked {
  readonly done: () => void;
}

/** `read` returns what is wrong with the source; then the good manifest stays, and the monitor is degraded. */
export function createSources(read: () => Promise<Fault | undefined>): Sources {
  let waiting: Asked[] = [];
  let wake = (): void => {};
  let isOver = false;

  async function takeTurn(connectivity: (fault: DaemonFault | undefined) => void): Promise<void> {
    const turn = waiting;
    waiting = [];
    try {
      connectivity(daemonFault(await read()));
    } finally {
      for (const { done } of turn) done();
    }
  }

  return {
    reload() {
      if (isOver) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ done: resolve });
        wake();
      });
    },
    monitor: {
      name: "source",
      async run({ connectivity }, signal) {
        const onAbort = (): void => wake();
        signal.addEventListener("abort", onAbort, { once: true });
        while (!signal.aborted) {
          if (waiting.length > 0) await takeTurn(connectivity);
          else await new Promise<void>((resolve) => (wake = resolve));
        }
        isOver = true;
        for (const { done } of waiting.splice(0)) done();
      },
    },
  };
}

function daemonFault(fault: Fault | undefined): DaemonFault | undefined {
  if (fault === undefined) return undefined;
  const { reason, message, resolution } = fault;
  return new DaemonFault({ reason, message, resolution, cause: fault });
}
