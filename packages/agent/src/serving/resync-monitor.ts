import type { Clock } from "@holdfast/core";
import type { Engine } from "@holdfast/engine";
import { DaemonFault, type Monitor, sleep } from "@holdfast/daemonkit";

/** The parts for checks of the schedule. */
export interface ResyncOptions {
  readonly clock: Clock;
  readonly engine: () => Pick<Engine, "overdueMs">;
}

const BETWEEN_OBSERVATIONS_MS = 10_000;
/** Nothing that is due may be left for longer. */
export const LATEST_MS = 30_000;

/** Watches over the schedule of resyncs, retries and deadlines: one that is not kept is said, until it is again. */
export function resyncMonitor({ clock, engine }: ResyncOptions): Monitor {
  return {
    name: "resync",
    isHealthy: () => engine().overdueMs() <= LATEST_MS,
    async run({ connectivity }, signal) {
      while (!signal.aborted) {
        const lateMs = engine().overdueMs();
        connectivity(lateMs > LATEST_MS ? overdueFault(lateMs) : undefined);
        await sleep(clock, BETWEEN_OBSERVATIONS_MS, signal);
      }
    },
  };
}

function overdueFault(lateMs: number): DaemonFault {
  return new DaemonFault({
    reason: "Overdue",
    message: `something has been due for ${Math.round(lateMs / 1_000)} s and was not done`,
    resolution: "Check what keeps the machine busy; the agent goes on as soon as it can.",
  });
}
